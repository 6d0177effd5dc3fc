import FoundationEssentials
public import MartletHTTP
import MartletAuction
import MartletConvergence
import MartletModels
import MartletStore

/// The operator's routes: why something does not run, what the passes did, and whether the server is well.
public struct OperatorHandlers: Sendable {
    private let convergence: ConvergenceLoop
    private let auctioneer: Auctioneer
    private let clock: LoopClock

    public init(convergence: ConvergenceLoop, auctioneer: Auctioneer, clock: LoopClock) {
        (self.convergence, self.auctioneer, self.clock) = (convergence, auctioneer, clock)
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
            Route(.post, "/martlet/v1/convergence/release") { request in
                await convergence.releaseBrake(by: request.headers["X-Martlet-Operator"] ?? "the operator API")
                return HTTPResponse(.accepted)
            },
        ]
    }

    /// 503 when the last pass could not read the store.
    private func health() async -> HTTPResponse {
        let last = await convergence.records.last
        let isWell = last.map { $0.done.failures.isEmpty || $0.durations.read > 0 } ?? true
        return .json(HealthBody(healthy: isWell, lastPass: last), isWell ? .ok : .serviceUnavailable)
    }

    /// JSON, or text for `?format=text`.
    private func why(_ request: HTTPRequest, _ subject: String?) async -> HTTPResponse {
        let snapshot: ConvergenceSnapshot
        do throws(StoreError) { snapshot = try await convergence.readSnapshot() } catch {
            return .json(ErrorBody(error: "the store was not read: \(error)"), .internalServerError)
        }
        let evidence = await auctioneer.lastRefusals.mapValues(PlacementEvidence.init)
        let guid = await processGUID(of: subject ?? "")
        guard let subject, var explanation = explain(guid, in: snapshot, evidence: evidence) else {
            return .json(ErrorBody(error: "nothing of that name is desired or runs"), .notFound)
        }
        explanation.subject = subject
        guard request.query == "format=text" else { return .json(explanation) }
        let text = Array((explanation.text(at: snapshot.now) + "\n").utf8)
        return HTTPResponse(.ok, headers: ["Content-Type": "text/plain; charset=utf-8"], body: .bytes(text))
    }

    /// `app` and `app/3` with the app's process guid for its name; anything else as it is.
    private func processGUID(of subject: String) async -> String {
        let parts = subject.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        // A store that cannot be read has been told of already.
        let app = try? await convergence.store.read { (store) throws(StoreError) in try store.app(named: name) }
        guard let app else { return subject }
        return ([app.processGUID.rawValue] + parts.dropFirst().map(String.init)).joined(separator: "/")
    }

    /// What a pass would do now, without doing it.
    private func plan() async -> HTTPResponse {
        do throws(StoreError) {
            let plan = converge(try await convergence.readSnapshot())
            return .json(
                PlanBody(
                    items: plan.items.map {
                        "\($0.verb.rawValue) \($0.key)\($0.detail.isEmpty ? "" : ": \($0.detail)")"
                    },
                    braked: plan.braked.map { "\($0)" }
                )
            )
        } catch {
            return .json(ErrorBody(error: "the store was not read: \(error)"), .internalServerError)
        }
    }
}

private struct HealthBody: Encodable {
    var healthy: Bool
    var lastPass: CycleRecord?
}

private struct ErrorBody: Encodable {
    var error: String
}

private struct PlanBody: Encodable {
    var items: [String]
    var braked: String?
}

extension HTTPResponse {
    /// Keys are sorted, so that equal values are equal bytes.
    fileprivate static func json(_ body: some Encodable, _ status: HTTPStatus = .ok) -> HTTPResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let bytes = try? encoder.encode(body) else { return HTTPResponse(.internalServerError) }
        return HTTPResponse(status, headers: ["Content-Type": "application/json"], body: .bytes(Array(bytes)))
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
