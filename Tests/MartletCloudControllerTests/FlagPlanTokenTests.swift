import FoundationEssentials
import MartletHTTP
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletCloudController

@Suite("Token of a plan")
struct FlagPlanTokenTests {
    private let flag = "/v3/feature_flags/diego_docker"
    private let off = #"{"enabled":false}"#
    private let next = "look again with martlet feature-flags disable diego_docker --plan."

    private func token(_ api: TestAPI) async throws -> String {
        let (_, body) = try await api.send(.get, "/martlet/v1/feature_flags/diego_docker/plan")
        return try JSONDecoder().decode(FlagPlan.self, from: Data(body.utf8)).token
    }

    private func refusal(_ api: TestAPI, _ token: String) async throws -> [String] {
        try await api.refusal(.patch, flag, off, headers: ["X-Martlet-Plan": token])
    }

    @Test("the change is made when it stops what was shown, and the record names who made it")
    func same() async throws {
        let api = try TestAPI()
        let keys = try await api.runningApp(instances: 2)
        let token = try await token(api)
        // What happens to others, and which incarnation runs, is not the operator's business.
        try await api.store.setFeatureFlag(.userOrgCreation, enabled: true, by: "ada")
        try await api.store.crash(keys[0], instance(keys[0], "cell-1"), reason: "exit 1")
        let headers: HTTPHeaders = ["X-Martlet-Plan": token, "X-Martlet-Operator": "bo\nb"]
        let (status, _) = try await api.send(.patch, flag, off, headers: headers)
        #expect(status == .ok)
        let event = try await api.store.read { (snapshot) throws(StoreError) in
            try snapshot.featureFlagEvents(.diegoDocker, after: 0).last?.event
        }
        guard case .featureFlagChanged(_, let after, let by) = event else { return #expect(Bool(false)) }
        #expect(!after.enabled && by == "bob")
    }

    @Test("more or fewer instances refuse it, with how many and what to do next; nothing is changed")
    func different() async throws {
        let api = try TestAPI()
        let keys = try await api.runningApp(instances: 2)
        let first = try await token(api)
        _ = try await api.runningApp("other", instances: 3)
        let begin = "409 990001 CF-PlanOutdated: Nothing was changed: "
        #expect(try await refusal(api, first) == ["\(begin)3 more would stop than in that plan; \(next)"])
        let second = try await token(api)
        try await api.store.remove(keys[0], instance(keys[0], "cell-1"))
        #expect(try await refusal(api, second) == ["\(begin)1 fewer would stop than in that plan; \(next)"])
        #expect(
            try await refusal(api, first) == ["\(begin)3 more and 1 fewer would stop than in that plan; \(next)"]
        )
        #expect(try await api.store.featureFlag(.diegoDocker).enabled)
    }

    @Test("a plan that the server does not remember is refused with the totals")
    func forgotten() async throws {
        let api = try TestAPI()
        _ = try await api.runningApp(instances: 2)
        #expect(
            try await refusal(api, "7-30-0123456789ab") == [
                "409 990001 CF-PlanOutdated: Nothing was changed: 30 were to stop in that plan, and now it is 2; "
                    + "\(next)"
            ]
        )
    }

    @Test("a task that begins or ends refuses it, one that waits does not")
    func tasks() async throws {
        let api = try TestAPI()
        try await api.enableDocker()
        try await api.runTask("t1")
        let first = try await token(api)
        try await api.store.desireTask(TaskGUID("t2"), domain: DomainName("d"), .fixture())
        try await api.store.desireTask(TaskGUID("t3"), domain: DomainName("d"), .fixture(rootFS: "preloaded:x"))
        _ = try await api.store.startTask(TaskGUID("t3"), on: CellID("cell-1"))
        #expect(try await token(api).split(separator: "-").dropFirst() == first.split(separator: "-").dropFirst())
        _ = try await api.store.startTask(TaskGUID("t2"), on: CellID("cell-1"))
        let begin = "409 990001 CF-PlanOutdated: Nothing was changed: "
        #expect(try await refusal(api, first) == ["\(begin)1 more would stop than in that plan; \(next)"])
        let second = try await token(api)
        try await api.store.failTask(TaskGUID("t1"), reason: "over")
        #expect(try await refusal(api, second) == ["\(begin)1 fewer would stop than in that plan; \(next)"])
    }

    @Test("somebody else's change of the flag refuses it")
    func flipped() async throws {
        let api = try TestAPI()
        _ = try await api.runningApp()
        let token = try await token(api)
        try await api.store.setFeatureFlag(.diegoDocker, enabled: false, by: "ada")
        #expect(
            try await refusal(api, token) == [
                "409 990001 CF-PlanOutdated: diego_docker is disabled already; "
                    + "martlet feature-flags report shows what stopped."
            ]
        )
    }

    @Test("what is no token, or goes with something else, is refused")
    func nonsense() async throws {
        let api = try TestAPI()
        #expect(
            try await refusal(api, "abc") == [
                "422 10008 CF-UnprocessableEntity: 'abc' is not the token of a plan; "
                    + "martlet feature-flags disable diego_docker --plan prints one."
            ]
        )
        let headers: HTTPHeaders = ["X-Martlet-Plan": "1-0-0123456789ab"]
        let text = "422 10008 CF-UnprocessableEntity: X-Martlet-Plan goes with disabling diego_docker only."
        #expect(try await api.refusal(.patch, flag, #"{"enabled":true}"#, headers: headers) == [text])
        #expect(try await api.refusal(.patch, "/v3/feature_flags/app_scaling", off, headers: headers) == [text])
    }

    @Test("a token is read back as it was written; nothing else is one", arguments: UInt64(1)...5)
    func text(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let digest = String((0..<12).map { _ in "0123456789abcdef".randomElement(using: &random) ?? "0" })
            let token = FlagPlanToken(
                event: .random(in: 0...Int64.max, using: &random),
                count: .random(in: 0...Int.max, using: &random),
                digest: digest
            )
            #expect(FlagPlanToken(token.description) == token)
            var text = Array(token.description.utf8)
            text[.random(in: 0..<text.count, using: &random)] = .random(in: 0...255, using: &random)
            // Whatever it is, reading it does not fail, and it says the same again.
            let read = FlagPlanToken(String(decoding: text, as: UTF8.self))
            #expect(read == nil || FlagPlanToken(read?.description ?? "") == read)
        }
        for text in [
            "", "-", "--", "1-1", "1-1-", "-1-1-0123456789ab", "1-1-0123456789a", "1-1-0123456789zz", "a-b-c-d",
        ] {
            #expect(FlagPlanToken(text) == nil)
        }
    }
}
