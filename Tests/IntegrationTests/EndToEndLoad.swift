import FoundationEssentials
import MartletBBSAPI
import MartletCloudController
import MartletHTTP
import MartletModels
import MartletTestSupport
import Testing

/// Clients that change a server's records one call after another until it stops answering, and keep a ledger.
struct EndToEndLoad: Sendable {
    let bbsAddress: String
    let apiAddress: String
    /// What apps are pushed from.
    let image: String
    let desired = EndToEndLedger()
    let apps = EndToEndLedger()

    /// Desires, updates and removes LRPs of its own. Ends with the first call that brings no answer.
    func desireLRPs(client number: Int, round: Int, _ generator: SplitMix64) async {
        let (bbs, prefix) = (bbs(), "c\(number)-")
        var (generator, next) = (generator, 0)
        do throws(BBSClientError) {
            while true {
                next += 1
                let mine = desired.present(prefix)
                if mine.isEmpty || generator.once(in: 2) {
                    try await desire("\(prefix)\(round)-\(next)", bbs)
                } else if generator.once(in: 2) {
                    try await annotate(generator.pick(mine), "\(round)-\(next)", bbs)
                } else {
                    try await remove(generator.pick(mine), bbs)
                }
            }
        } catch {
            if case .transport = error { return }
            Issue.record("client \(number) was refused in round \(round): \(error)")
        }
    }

    private func desire(_ name: String, _ bbs: BBSClient) async throws(BBSClientError) {
        var lrp = DesiredLRP.fixture(name)
        lrp.annotation = "new"
        desired.send(name, .present("new"))
        try await bbs.desire(lrp)
        desired.answer(name, .present("new"))
    }

    private func annotate(_ name: String, _ annotation: String, _ bbs: BBSClient) async throws(BBSClientError) {
        desired.send(name, .present(annotation))
        try await bbs.update(ProcessGUID(name), DesiredLRPUpdate(annotation: annotation))
        desired.answer(name, .present(annotation))
    }

    private func remove(_ name: String, _ bbs: BBSClient) async throws(BBSClientError) {
        desired.send(name, .absent)
        try await bbs.removeDesiredLRP(ProcessGUID(name))
        desired.answer(name, .absent)
    }

    /// Pushes apps, pushes them anew and deletes them, as `desireLRPs` does with LRPs.
    func pushApps(round: Int, _ generator: SplitMix64) async {
        let client = HTTPClient()
        var (generator, next) = (generator, 0)
        while true {
            next += 1
            let mine = apps.present("app-")
            let isNew = mine.isEmpty || generator.once(in: 2)
            let name = isNew ? "app-\(round)-\(next)" : generator.pick(mine)
            let deletes = !isNew && generator.once(in: 3)
            let memory = 32 + (round * 100 + next) % 1_000
            let state = deletes ? EndToEndLedger.State.absent : .present("\(memory)")
            apps.send(name, state)
            do {
                let request = deletes ? deletion(of: name) : try push(of: name, memoryMB: memory)
                let answer = try await client.send(request, timeout: .seconds(10))
                guard answer.status.isSuccess else {
                    Issue.record("\(name) was refused: \(String(decoding: answer.body, as: UTF8.self))")
                    return
                }
                apps.answer(name, state)
            } catch { return }
        }
    }

    private func push(of name: String, memoryMB: Int) throws -> HTTPRequest {
        var push = PushRequest(name: name, image: image)
        push.memoryMB = memoryMB
        return HTTPRequest(
            .post,
            "http://\(apiAddress)/martlet/v1/apps",
            headers: ["Content-Type": "application/json"],
            body: Array(try JSONEncoder().encode(push))
        )
    }

    private func deletion(of name: String) -> HTTPRequest {
        HTTPRequest(.delete, "http://\(apiAddress)/martlet/v1/apps/\(name)")
    }

    /// What contradicts the answers so far.
    func contradictions() async throws -> [String] {
        let all = try await bbs().desiredLRPs()
        let answer = try await HTTPClient().send(
            HTTPRequest(.get, "http://\(apiAddress)/martlet/v1/apps"),
            timeout: .seconds(10)
        )
        let list = try JSONDecoder().decode(AppList.self, from: Data(answer.body)).apps
        let plain = all.filter { $0.domain == DomainName("apps") }
        let owned = Dictionary(
            uniqueKeysWithValues: all.filter { $0.domain != DomainName("apps") }.map { ($0.processGUID.rawValue, $0) }
        )
        var contradictions = desired.settle(
            Dictionary(uniqueKeysWithValues: plain.map { ($0.processGUID.rawValue, $0.annotation) })
        )
        contradictions += apps.settle(Dictionary(uniqueKeysWithValues: list.map { ($0.name, "\($0.memoryMB)") }))
        // An app and its desired LRP change together.
        if Set(owned.keys) != Set(list.map(\.processGUID)) { contradictions.append("apps and desired LRPs differ") }
        for app in list where owned[app.processGUID]?.memoryMB != app.memoryMB {
            contradictions.append("\(app.name) and its desired LRP differ")
        }
        return contradictions
    }

    private func bbs() -> BBSClient {
        BBSClient(
            transport: HTTPClient(),
            configuration: .init(baseURL: "http://\(bbsAddress)", attempts: 1)
        ) { _ in }
    }
}
