import FoundationEssentials
public import MartletHTTP
import MartletAuction
import MartletConvergence
import MartletModels
public import MartletStore

/// The operator's routes: why something does not run, what the passes did, and whether the server is well.
public struct OperatorHandlers: Sendable {
    let store: Store
    let convergence: ConvergenceLoop
    private let auctioneer: Auctioneer
    /// Events that a stream's reader may be behind before it is dropped.
    let eventBufferLimit: Int

    /// - Parameter eventBufferLimit: events, from 1.
    public init(
        store: Store,
        convergence: ConvergenceLoop,
        auctioneer: Auctioneer,
        eventBufferLimit: Int = 1_024
    ) {
        self.store = store
        self.convergence = convergence
        self.auctioneer = auctioneer
        self.eventBufferLimit = eventBufferLimit
    }

    /// Every route of the operator, to be served beside those of the BBS; none of them checks who asks.
    public var routes: [Route] {
        [
            Route(.get, "/health") { _ in await health() },
            Route(.get, "/martlet/v1/why/{subject}") { request in await why(request, request.parameters["subject"]) },
            Route(.get, "/martlet/v1/why/{subject}/{index}") { request in
                let (subject, index) = (request.parameters["subject"] ?? "", request.parameters["index"] ?? "")
                return await why(request, "\(subject)/\(index)")
            },
            eventPage, eventStream,
        ] + convergenceRoutes
    }

    /// 503 when the last pass could not read the store.
    private func health() async -> HTTPResponse {
        let last = await convergence.lastPass
        let isWell = last.map { $0.done.failures.isEmpty || $0.durations.read > 0 } ?? true
        return .json(HealthBody(healthy: isWell, lastPass: last), isWell ? .ok : .serviceUnavailable)
    }

    /// JSON, or text for `?format=text`.
    private func why(_ request: HTTPRequest, _ subject: String?) async -> HTTPResponse {
        let subject = subject ?? ""
        do throws(StoreError) {
            let app = try await self.app(named: subject)
            let (snapshot, rootFS) = try await convergence.snapshot(
                named: app?.guid ?? Self.name(in: subject),
                processes: app.map { [$0.processGUID] } ?? []
            )
            let keys = snapshot.instances.compactMap { $0.ordinary?.key }
            let evidence = await auctioneer.lastRefusals(of: keys).mapValues(PlacementEvidence.init)
            let explained = explain(subject, app: app, in: snapshot, rootFS: rootFS, evidence: evidence)
            guard let explanation = try await explained == nil ? other(subject, at: snapshot.now) : explained else {
                return .json(ErrorBody(error: "no app, process, instance or task is called \(subject)"), .notFound)
            }
            guard request.query == "format=text" else { return .json(explanation) }
            let text = Array((explanation.text(at: snapshot.now) + "\n").utf8)
            return HTTPResponse(.ok, headers: ["Content-Type": "text/plain; charset=utf-8"], body: .bytes(text))
        } catch { return .unread(error) }
    }

    /// About what is no instance that has a record.
    private func other(_ subject: String, at now: Timestamp) async throws(StoreError) -> Explanation? {
        if let fenced = try await fenced(subject, at: now) { return fenced }
        return try await explainTask(subject, at: now)
    }

    /// About an instance that lost its record to another one.
    private func fenced(_ subject: String, at now: Timestamp) async throws(StoreError) -> Explanation? {
        let guid = InstanceGUID(subject)
        let given = try await store.read { (snapshot) throws(StoreError) in try snapshot.givenAway(guid).first }
        guard let given else { return nil }
        let age = max(0, given.at.duration(to: now).components.seconds)
        let remark =
            "this instance of \(given.cell) was given away \(age) s ago: another one has its place, and it is not let in "
            + "again; \(given.cell) is told to stop it when it speaks of it"
        return Explanation(subject: subject, running: 0, desired: 0, instances: [], remarks: [remark])
    }

    /// What stands before `/` and an index.
    private static func name(in subject: String) -> String {
        guard let slash = subject.lastIndex(of: "/"), Int(subject[subject.index(after: slash)...]) != nil else {
            return subject
        }
        return String(subject[..<slash])
    }

    private func app(named subject: String) async throws(StoreError) -> NamedApp? {
        let name = Self.name(in: subject)
        let record = try await store.read { (snapshot) throws(StoreError) in try snapshot.app(named: name) }
        return record.map { NamedApp(name: $0.name, guid: $0.guid, processGUID: $0.processGUID) }
    }
}

private struct HealthBody: Encodable {
    var healthy: Bool
    var lastPass: CycleRecord?
}

struct ErrorBody: Encodable {
    var error: String
}

private struct ReleaseBody: Encodable {
    var instances: Int
}

enum OperatorJSON {
    /// Keys are sorted, so that equal values are equal bytes.
    static func bytes(_ body: some Encodable) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return (try? encoder.encode(body)).map { Array($0) }
    }
}

extension HTTPResponse {
    static func json(_ body: some Encodable, _ status: HTTPStatus = .ok) -> HTTPResponse {
        guard let bytes = OperatorJSON.bytes(body) else { return HTTPResponse(.internalServerError) }
        return HTTPResponse(status, headers: ["Content-Type": "application/json"], body: .bytes(bytes))
    }
}

extension PlacementEvidence {
    init(_ remembered: Auctioneer.RememberedRefusal) {
        self.init(
            at: remembered.at,
            text: remembered.refusal.text,
            cells: remembered.refusal.verdicts.map { verdict in
                Cell(
                    cell: verdict.cellID.rawValue,
                    zone: verdict.zone,
                    problems: verdict.problems.map(\.description)
                )
            }
        )
    }
}
