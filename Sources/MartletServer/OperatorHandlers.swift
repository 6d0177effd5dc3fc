import FoundationEssentials
public import MartletHTTP
import MartletAuction
import MartletConvergence
import MartletModels
public import MartletStore

/// The operator's routes: why something does not run, what the passes did, and whether the server is well.
public struct OperatorHandlers: Sendable {
    let store: Store
    private let convergence: ConvergenceLoop
    private let auctioneer: Auctioneer
    /// Events that a stream's reader may be behind before it is dropped.
    let eventBufferLimit: Int

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

    public var routes: [Route] {
        [
            Route(.get, "/health") { _ in await health() },
            Route(.get, "/martlet/v1/why/{subject}") { request in await why(request, request.parameters["subject"]) },
            Route(.get, "/martlet/v1/why/{subject}/{index}") { request in
                let (subject, index) = (request.parameters["subject"] ?? "", request.parameters["index"] ?? "")
                return await why(request, "\(subject)/\(index)")
            },
            Route(.get, "/martlet/v1/convergence") { _ in .json(await convergence.records) },
            Route(.get, "/martlet/v1/convergence/plan") { _ in await plan() },
            Route(.post, "/martlet/v1/convergence/release") { request in await release(request) },
            eventPage, eventStream,
        ]
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
        let app: NamedApp?
        let found: (snapshot: ConvergenceSnapshot, rootFS: [ProcessGUID: RootFS])
        do throws(StoreError) {
            app = try await self.app(named: subject)
            let name = app?.guid ?? Self.name(in: subject)
            found = try await convergence.snapshot(named: name, processes: Set(app.map { [$0.processGUID] } ?? []))
        } catch {
            return .json(ErrorBody(error: "the store was not read: \(error)"), .internalServerError)
        }
        let evidence = await auctioneer.lastRefusals.mapValues(PlacementEvidence.init)
        let explanation = explain(
            subject,
            app: app,
            in: found.snapshot,
            rootFS: found.rootFS,
            evidence: evidence
        )
        guard let explanation else {
            return .json(ErrorBody(error: "no app, process or instance is called \(subject)"), .notFound)
        }
        guard request.query == "format=text" else { return .json(explanation) }
        let text = Array((explanation.text(at: found.snapshot.now) + "\n").utf8)
        return HTTPResponse(.ok, headers: ["Content-Type": "text/plain; charset=utf-8"], body: .bytes(text))
    }

    /// - Parameter subject: a name, or one with `/` and an index.
    private func app(named subject: String) async throws(StoreError) -> NamedApp? {
        let name = Self.name(in: subject)
        let record = try await store.read { (snapshot) throws(StoreError) in try snapshot.app(named: name) }
        return record.map { NamedApp(name: $0.name, guid: $0.guid, processGUID: $0.processGUID) }
    }

    /// A subject without the index of an instance.
    private static func name(in subject: String) -> String {
        guard let slash = subject.lastIndex(of: "/"), Int(subject[subject.index(after: slash)...]) != nil else {
            return subject
        }
        return String(subject[..<slash])
    }

    /// Lets what the brake holds back now stop.
    private func release(_ request: HTTPRequest) async -> HTTPResponse {
        do throws(StoreError) {
            let count = try await convergence.releaseBrake(
                by: request.headers["X-Martlet-Operator"] ?? "the operator API"
            )
            return .json(ReleaseBody(instances: count), .accepted)
        } catch {
            return .json(ErrorBody(error: "the brake was not released: \(error)"), .internalServerError)
        }
    }

    /// What a pass would do now, without doing it.
    private func plan() async -> HTTPResponse {
        do throws(StoreError) {
            let plan = try await convergence.preview()
            return .json(PlanBody(items: plan.items.map(\.description), braked: plan.braked.map { "\($0)" }))
        } catch {
            return .json(ErrorBody(error: "the store was not read: \(error)"), .internalServerError)
        }
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

private struct PlanBody: Encodable {
    var items: [String]
    var braked: String?
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
