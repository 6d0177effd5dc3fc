import MartletHTTP
import MartletRegistry

/// What the client sent.
struct SeenRequest: Sendable {
    var method: HTTPMethod
    var url: String
    var headers: HTTPHeaders
    var body: String
    var trust: RegistryTrust

    var authorization: String? { headers["Authorization"] }
    /// `GET https://…`
    var line: String { "\(method.rawValue) \(url)" }
}

/// What it gets.
struct Scripted: Sendable {
    enum Body: Sendable {
        case whole([UInt8])
        /// These, and then the connection breaks.
        case cut([UInt8])
        /// These, and then nothing any more.
        case stalled([UInt8])
    }

    var status: HTTPStatus = .ok
    var headers: HTTPHeaders = [:]
    var body = Body.whole([])
    var failure: HTTPTransportError?

    static func status(_ status: Int, _ headers: HTTPHeaders = [:], _ text: String = "") -> Scripted {
        Scripted(status: HTTPStatus(rawValue: status), headers: headers, body: .whole(Array(text.utf8)))
    }

    static func failure(_ failure: HTTPTransportError) -> Scripted { Scripted(failure: failure) }
}

/// All of the network: answers every request by the script and remembers it.
actor ScriptedNetwork {
    private(set) var requests: [SeenRequest] = []
    private let script: @Sendable (SeenRequest, Int) -> Scripted

    /// - Parameter script: also gets how many times the same method and URL were asked for before.
    init(_ script: @escaping @Sendable (SeenRequest, Int) -> Scripted) { self.script = script }

    func answer(_ request: SeenRequest) -> Scripted {
        let earlier = requests.count { $0.line == request.line }
        requests.append(request)
        return script(request, earlier)
    }

    var lines: [String] { requests.map(\.line) }

    func count(_ part: String) -> Int { requests.count { $0.line.contains(part) } }
}

struct ScriptedTransport: HTTPTransport {
    let network: ScriptedNetwork
    let trust: RegistryTrust
    let time: TestTime

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer {
        throw .invalidRequest("the client streams everything")
    }

    func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer {
        let seen = SeenRequest(
            method: request.method,
            url: request.path + (request.query.map { "?\($0)" } ?? ""),
            headers: request.headers,
            body: String(decoding: request.body, as: UTF8.self),
            trust: trust
        )
        let answer = await network.answer(seen)
        if let failure = answer.failure { throw failure }
        let stream = ScriptedStream(answer.body, time)
        return HTTPStreamingAnswer(
            status: answer.status,
            headers: answer.headers,
            body: AsyncThrowingStream { try await stream.next() }
        )
    }
}

private actor ScriptedStream {
    private var pieces: [[UInt8]]
    private let end: Scripted.Body
    private let time: TestTime

    init(_ body: Scripted.Body, _ time: TestTime) {
        let bytes =
            switch body {
            case .whole(let bytes), .cut(let bytes), .stalled(let bytes): bytes
            }
        pieces = stride(from: 0, to: bytes.count, by: 10_000).map { Array(bytes[$0..<min($0 + 10_000, bytes.count)]) }
        (end, self.time) = (body, time)
    }

    func next() async throws -> [UInt8]? {
        if !pieces.isEmpty { return pieces.removeFirst() }
        switch end {
        case .whole: return nil
        case .cut: throw HTTPTransportError.interrupted("The connection to reg.test broke: transfer closed.")
        case .stalled:
            defer { time.clearLimit() }
            while true {
                time.reachLimit()
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }
}
