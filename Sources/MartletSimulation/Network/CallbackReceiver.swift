import MartletHTTP
import MartletLinux
import MartletModels
import MartletTestSupport

/// Takes the outcomes of tasks, like the Cloud Controller of a client.
struct CallbackReceiver: SimulatedHost {
    static let host = "receiver"

    let world: World
    let process: SimulatedProcess

    /// Cannot serve now and then, until the faults have ended.
    func take(_ request: HTTPRequest) async -> HTTPAnswer {
        let body = String(decoding: request.body, as: UTF8.self)
        let isOut = world.plan.profile.hasNetworkFaults && !world.state.withLock { $0.isCalm }
        let isBusy = isOut && process.simulation.draw { $0.once(in: 4) }
        let words = body.split(separator: "\"", omittingEmptySubsequences: false)
        guard words.count > 3 else {
            world.report(.taskTold, "an outcome reads \(body)")
            return HTTPAnswer(status: .badRequest, headers: [:], body: [])
        }
        let guid = TaskGUID(String(words[3]))
        world.judging { $0.judgeDelivery(guid, body, isTaken: !isBusy, at: $1) }
        return HTTPAnswer(status: isBusy ? .serviceUnavailable : .ok, headers: [:], body: [])
    }
}

/// How a server reaches it.
struct CallbackTransport: HTTPTransport {
    let world: World

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer {
        let world = world
        return try await world.network.call(
            "outcome of a task",
            from: ServerTransport.host,
            to: CallbackReceiver.host,
            timeout: timeout,
            callee: { CallbackReceiver(world: world, process: world.client) }
        ) { await $0.take(request) }
    }

    func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer {
        throw .invalidRequest("streams are not simulated")
    }
}
