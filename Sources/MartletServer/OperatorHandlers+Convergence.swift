import MartletConvergence
import MartletHTTP
import MartletModels
import MartletStore

/// What the passes did, and what one would do now.
extension OperatorHandlers {
    /// How many records are answered at once.
    private static let cycleLimit = 1_000

    var convergenceRoutes: [Route] {
        [
            Route(.get, "/martlet/v1/convergence") { request in await cycles(request) },
            Route(.get, "/martlet/v1/convergence/{number}") { request in await cycle(request.parameters["number"]) },
            Route(.get, "/martlet/v1/convergence/plan") { request in await plan(request) },
            Route(.get, "/martlet/v1/convergence/stream") { request in await cycleStream(request) },
            Route(.post, "/martlet/v1/convergence/run") { _ in await convergeNow() },
            Route(.post, "/martlet/v1/convergence/release") { request in await release(request) },
        ]
    }

    /// The newest of those that are kept, oldest first; `?last=N`, 100 without.
    private func cycles(_ request: HTTPRequest) async -> HTTPResponse {
        guard let last = Self.count("last", request, fallback: 100) else { return Self.notANumber("last") }
        do throws(StoreError) {
            let cycles = try await store.read { (snapshot) throws(StoreError) in
                try snapshot.cycles(newest: min(last, Self.cycleLimit))
            }
            let lastPass = await convergence.lastPass.flatMap(OperatorJSON.bytes) ?? Array("null".utf8)
            // The records are JSON as they are kept.
            var body = Array(#"{"cycles":["#.utf8)
            for (index, cycle) in cycles.reversed().enumerated() {
                if index > 0 { body.append(UInt8(ascii: ",")) }
                body += cycle.record
            }
            body += Array(#"],"last_pass":"#.utf8) + lastPass + Array("}".utf8)
            return HTTPResponse(.ok, headers: ["Content-Type": "application/json"], body: .bytes(body))
        } catch { return .unread(error) }
    }

    private func cycle(_ text: String?) async -> HTTPResponse {
        guard let number = text.flatMap({ Int64($0) }), number > 0 else {
            return .json(ErrorBody(error: "\(text ?? "") is not the number of a pass; they begin with 1"), .badRequest)
        }
        do throws(StoreError) {
            let (found, newest) = try await store.read { (snapshot) throws(StoreError) in
                (try snapshot.cycles(after: number - 1, limit: 1).first, try snapshot.lastCycleNumber())
            }
            guard let found, found.number == number else {
                let last = max(newest, await convergence.lastPass?.number ?? 0)
                return .json(ErrorBody(error: Self.missing(number, newest: newest, last: last)), .notFound)
            }
            return HTTPResponse(.ok, headers: ["Content-Type": "application/json"], body: .bytes(found.record))
        } catch { return .unread(error) }
    }

    /// - Parameters:
    ///   - newest: that is kept; 0 when none is.
    ///   - last: that has been.
    private static func missing(_ number: Int64, newest: Int64, last: Int64) -> String {
        guard number <= last else { return "there was no pass \(number) yet; the last is \(last)" }
        guard newest > 0 else { return "pass \(number) found nothing to do, and no other did" }
        return
            "pass \(number) found nothing to do or is too old, so it is not kept; the newest that is kept is \(newest)"
    }

    /// Records as JSON in `data`, from now on or behind `Last-Event-ID`.
    private func cycleStream(_ request: HTTPRequest) async -> HTTPResponse {
        // The stream comes first, so that a pass that ends while the table is read is in it.
        let live = await convergence.recordStream()
        let replay = CycleReplay(store: store, after: request.lastEventNumber, then: live)
        let frames = AsyncStream { await replay.next() }
        return HTTPResponse(.ok, headers: ServerSentEvents.headers, body: .stream(frames))
    }

    /// What a pass over everything would do now, without doing it; `?limit=N` tells only N items.
    private func plan(_ request: HTTPRequest) async -> HTTPResponse {
        guard let limit = Self.count("limit", request, fallback: .max) else { return Self.notANumber("limit") }
        do throws(StoreError) {
            let preview = try await convergence.preview()
            let withheld = preview.items.lazy.filter { $0.verb == .withheld }
            return .json(
                PreviewBody(
                    decided: preview.counts,
                    items: Array(
                        (preview.items.lazy.map(\.description) + preview.tasks.lazy.map(\.description)).prefix(limit)
                    ),
                    braked: preview.braked.map { "\($0)" },
                    withheld: withheld.prefix(limit).map { "\($0.key)\($0.detail.isEmpty ? "" : ": \($0.detail)")" }
                )
            )
        } catch { return .unread(error) }
    }

    /// The record of a pass over everything, which is not kept when it found nothing.
    private func convergeNow() async -> HTTPResponse {
        guard let record = await convergence.convergeNow() else {
            return .json(
                ErrorBody(error: "no passes are made now: the server is starting or shutting down"),
                .serviceUnavailable
            )
        }
        return .json(record)
    }

    private func release(_ request: HTTPRequest) async -> HTTPResponse {
        do throws(StoreError) {
            let count = try await convergence.releaseBrake(by: request.operatorName ?? "the operator API")
            return .json(ReleaseBody(released: count), .accepted)
        } catch { return .unread(error) }
    }

    /// - Returns: `nil` for what is no number; other names are nobody's business.
    private static func count(_ name: String, _ request: HTTPRequest, fallback: Int) -> Int? {
        for pair in (request.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.first.map(String.init) == name else { continue }
            return parts.count == 2 ? Int(parts[1]).flatMap { $0 >= 0 ? $0 : nil } : nil
        }
        return fallback
    }

    private static func notANumber(_ name: String) -> HTTPResponse {
        .json(ErrorBody(error: "\(name) is a whole number from 0"), .badRequest)
    }
}

private struct PreviewBody: Encodable {
    var decided: [String: Int]
    var items: [String]
    var braked: String?
    var withheld: [String]
}

private struct ReleaseBody: Encodable {
    var released: Int
}

extension HTTPRequest {
    /// Who says that they do it, for the record; nothing is allowed because of it.
    var operatorName: String? {
        let name = headers["X-Martlet-Operator"]?.filter { $0.isLetter || $0.isNumber || "@._-+".contains($0) }
        return name.flatMap { $0.isEmpty ? nil : String($0.prefix(64)) }
    }
}

extension HTTPResponse {
    static func unread(_ error: StoreError) -> HTTPResponse {
        .json(ErrorBody(error: "the store was not read: \(error)"), .internalServerError)
    }
}
