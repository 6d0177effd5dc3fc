import CMartletShims
import CMicrohttpd
import Glibc

/// Reading the request, on libmicrohttpd's thread.
extension Exchange {
    /// The head was read. A body that is far too large is refused before it is sent.
    func begin(method: String, headers: HTTPHeaders) -> MHD_Result {
        let isHopeless = state.locked { state in
            state.hasHead = true
            state.request.method = HTTPMethod(rawValue: method)
            state.request.headers = headers
            return (Int(headers["Content-Length"] ?? "") ?? 0) > discardLimit
        }
        return isHopeless ? refuse(.contentTooLarge) : .YES
    }

    /// Takes a piece of the body, or drops it when the body is too large already.
    func receive(_ bytes: UnsafeRawBufferPointer) -> MHD_Result {
        state.locked { state in
            state.received += bytes.count
            guard !state.isAborted, state.received <= discardLimit else { return .NO }
            if state.received <= daemon.maximumBodyBytes {
                unsafe state.request.body.append(contentsOf: bytes)
            } else {
                state.request.body = []
            }
            return .YES
        }
    }

    /// The request is read to the end: called once to have it answered, and again when there is an answer.
    func proceed() -> MHD_Result {
        enum Step { case drop, refuse(HTTPStatus), dispatch, queue(MHDResponse) }
        let isDraining = daemon.isDraining
        let step = state.locked { state -> Step in
            if state.isAborted { return .drop }
            if let answer = state.answer {
                state.answer = nil
                return .queue(answer)
            }
            if state.isDispatched { return .drop }
            if state.received > daemon.maximumBodyBytes { return .refuse(.contentTooLarge) }
            if isDraining { return .refuse(.serviceUnavailable) }
            state.isDispatched = true
            suspendConnection(&state)
            return .dispatch
        }
        switch step {
        case .drop: return .NO
        case .refuse(let status): return refuse(status)
        case .queue(let answer):
            if answer.isStream { beginStreaming() }
            return unsafe answer.queue(on: connection)
        case .dispatch:
            daemon.dispatch(self)
            return .YES
        }
    }

    /// Bodies up to this size are read to the end, so that the client reads our refusal instead of a reset.
    private var discardLimit: Int { daemon.maximumBodyBytes * 4 }

    private func refuse(_ status: HTTPStatus) -> MHD_Result {
        guard let response = MHDResponse(HTTPResponse(status), bytes: [], closing: true) else { return .NO }
        return unsafe response.queue(on: connection)
    }
}
