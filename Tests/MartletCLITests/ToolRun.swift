import MartletBBSAPI
import MartletCLI
import MartletHTTP
import MartletModels
import Synchronization

/// Runs the tool against routes instead of servers, on a clock that only its own waiting moves.
final class ToolRun: Terminal, Sendable {
    private let state = Mutex(State())

    struct State: Sendable {
        var output = ""
        var errors = ""
        var answers: [String] = []
        var now = ToolRun.start
    }

    static let start = Timestamp(nanoseconds: 1_795_000_000_000_000_000)

    let isOutputTerminal: Bool
    let isInputTerminal: Bool

    /// - Parameter answers: what somebody types; `nil` when nobody is there.
    init(answers: [String]? = nil, isTerminal: Bool = false) {
        isInputTerminal = answers != nil
        isOutputTerminal = isTerminal || answers != nil
        state.withLock { $0.answers = answers ?? [] }
    }

    var output: String { state.withLock { $0.output } }
    var errors: String { state.withLock { $0.errors } }

    func write(_ text: String) { state.withLock { $0.output += text } }
    func writeError(_ text: String) { state.withLock { $0.errors += text } }
    func readLine() -> String? { state.withLock { $0.answers.isEmpty ? nil : $0.answers.removeFirst() } }

    /// - Returns: the exit status.
    func run(
        _ line: String,
        environment: [String: String] = ["NO_COLOR": "1"],
        extra: [ExtraCommand] = [],
        routes: [Route] = []
    ) async -> Int32 {
        let tool = CommandLineTool(
            arguments: line.split(separator: " ").map(String.init),
            environment: environment,
            terminal: self,
            extraCommands: extra,
            makeTransport: { RouteTableTransport(routes) },
            now: { self.state.withLock { $0.now } },
            sleep: { duration in self.state.withLock { $0.now = $0.now + duration } }
        )
        return await tool.run()
    }
}

extension Route {
    /// A route of the operator API that answers with these JSON texts in turn, the last one for ever.
    static func json(_ method: HTTPMethod, _ path: String, _ status: HTTPStatus = .ok, _ bodies: String...) -> Route {
        let left = BodyQueue(bodies)
        return Route(method, path) { _ in
            let headers: HTTPHeaders = ["Content-Type": "application/json"]
            return HTTPResponse(status, headers: headers, body: .bytes(Array(left.next().utf8)))
        }
    }
}

private final class BodyQueue: Sendable {
    private let bodies: Mutex<[String]>
    init(_ bodies: [String]) { self.bodies = Mutex(bodies) }

    func next() -> String {
        bodies.withLock { bodies in bodies.count > 1 ? bodies.removeFirst() : bodies.first ?? "" }
    }
}

/// Bodies of the operator API.
enum Bodies {
    static func app(_ instances: String..., desired: Int, running: Int) -> String {
        """
        {"guid":"g1","name":"web","image":"127.0.0.1:5087/web:v1","image_digest":"sha256:abc","process_guid":"g1-v1",
         "desired_instances":\(desired),"running_instances":\(running),"memory_mb":64,"disk_mb":128,
         "health_check_type":"port","ports":[8080],"created_at":"2026-11-23T21:00:00Z",
         "updated_at":"2026-11-23T21:00:00Z","instances":[\(instances.joined(separator: ","))]}
        """
    }

    static func instance(_ index: Int, _ state: String, seconds: Int = 1, details: String? = nil) -> String {
        let place =
            state == "RUNNING" || state == "CLAIMED"
            ? #","cell_id":"cell-1","instance_guid":"i\#(index)""# : ""
        let address = state == "RUNNING" ? #","address":"127.0.0.1""# : ""
        let ports = state == "RUNNING" ? #"{"container_port":8080,"host_port":\#(61_000 + index)}"# : ""
        let text = details.map { #","details":"\#($0)""# } ?? ""
        return #"{"index":\#(index),"state":"\#(state)","state_seconds":\#(seconds),"is_being_replaced":false,"#
            + #""ports":[\#(ports)],"crash_count":0\#(place)\#(address)\#(text)}"#
    }

    static func error(_ text: String) -> String {
        #"{"errors":[{"code":10008,"title":"CF-UnprocessableEntity","detail":"\#(text)"}]}"#
    }

    static func flag(_ name: String, _ enabled: Bool) -> String {
        """
        {"name":"\(name)","enabled":\(enabled),"updated_at":"2026-11-23T21:00:00Z","custom_error_message":null,
         "links":{"self":{"href":"http://h/v3/feature_flags/\(name)"}}}
        """
    }
}
