import FoundationEssentials
import Glibc
import MartletBBSAPI
import MartletHTTP
import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

/// A whole Martlet in a process of its own, and a registry beside it.
struct StackFixture: Sendable {
    let martlet: RealMartlet
    let registry: RealRegistry
    let bbs: BBSClient

    /// Something of the stack did not do what every test relies on.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static var available: Bool {
        getuid() == 0 && ["/usr/sbin/runc", "/bin/busybox", "/usr/bin/docker-registry"].allSatisfy(Files.exists)
    }

    /// Starts both for `body`, with `diego_docker` on, and removes everything afterwards, also when `body` throws.
    static func with(
        logFormat: RealMartlet.LogFormat = .text,
        settings: [String] = [],
        _ body: (StackFixture) async throws -> Void
    ) async throws {
        try await RealRegistry.with { registry in
            let settings = settings + ["--insecure-registry", registry.address]
            try await RealMartlet.with(logFormat: logFormat, settings: settings) { martlet in
                let stack = StackFixture(martlet, registry)
                do {
                    try await stack.run("feature-flags", "enable", "diego_docker")
                    try await body(stack)
                } catch {
                    Issue.record("\(error)\n\(martlet.log.suffix(12_000))")
                    throw error
                }
            }
        }
    }

    private init(_ martlet: RealMartlet, _ registry: RealRegistry) {
        (self.martlet, self.registry) = (martlet, registry)
        bbs = BBSClient(transport: HTTPClient(), configuration: .init(baseURL: "http://\(martlet.bbsAddress)")) {
            try? await Task.sleep(for: $0)
        }
    }

    var machine: CellMachine { CellMachine(martlet) }

    /// Runs a command that has to succeed.
    /// - Returns: its standard output.
    @discardableResult
    func run(_ command: String...) async throws -> String { try await run(command) }

    @discardableResult
    func run(_ command: [String]) async throws -> String {
        let answer = try await martlet.run(command)
        guard answer.status == 0 else {
            throw Failure(description: "martlet \(command.joined(separator: " ")): \(answer.status) \(answer.stderr)")
        }
        return answer.stdout
    }

    /// The same for a command whose output is JSON.
    func decoded<Value: Decodable>(_ type: Value.Type, _ command: String...) async throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(try await run(command + ["--json"]).utf8))
    }

    /// All records, sorted by key.
    func records() async throws -> [ActualLRP] { try await bbs.actualLRPs().sorted { $0.key < $1.key } }

    /// The records of running instances, sorted by key.
    func running() async throws -> [ActualLRP] { try await records().filter { $0.state.name == .running } }

    /// The body of an answer of an instance, over its first port.
    func get(_ path: String, of lrp: ActualLRP) async throws -> String {
        guard let netInfo = lrp.netInfo, let port = netInfo.ports.first?.hostPort else {
            throw Failure(description: "\(lrp.key) has no address")
        }
        let url = "http://\(netInfo.address):\(port)/\(path)"
        let answer = try await HTTPClient().send(HTTPRequest(.get, url), timeout: .seconds(5))
        guard answer.status == .ok else { throw Failure(description: "\(url): \(answer.status)") }
        return String(decoding: answer.body, as: UTF8.self)
    }

    /// Waits until `condition` holds.
    /// - Throws: `Failure` with what there is instead, after a time that only a broken stack needs.
    func waits(_ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(45)
        while try await !condition() {
            guard ContinuousClock.now < deadline else {
                let records = try await records().map { "\($0.key) \($0.state) \($0.crashReason) \($0.placementError)" }
                let machine = try await machine.remains()
                throw Failure(description: "\(what) did not come; \(records); \(machine)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits until exactly so many instances run and no other record exists.
    @discardableResult
    func waitsForRunning(_ count: Int) async throws -> [ActualLRP] {
        var records: [ActualLRP] = []
        try await waits("\(count) running") {
            records = try await self.records()
            return records.count == count && records.allSatisfy { $0.state.name == .running }
        }
        return records
    }
}

extension ActualLRP {
    /// The name of its container; empty when no cell holds it.
    var container: String { instanceKey?.instanceGUID.rawValue ?? "" }
}
