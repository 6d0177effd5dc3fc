import MartletConvergence
import MartletModels
import Testing

@testable import MartletStore

@Suite("Feature flags")
struct StoreTransactionFeatureFlagsTests {
    @Test("a fresh store has every flag at its default, never changed")
    func defaults() async throws {
        let store = try Store.open(path: ":memory:", TestStore.configuration(TestTime()))
        let flags = try await store.featureFlags()
        let expected = FeatureFlagName.allCases.map { FeatureFlag(name: $0, enabled: $0.defaultValue) }
        #expect(flags == expected.sorted { $0.name.rawValue < $1.name.rawValue })
    }

    @Test("a change is kept, dated and told with its author; a repetition is none")
    func change() async throws {
        let test = try TestStore()
        let change = try await test.store.setFeatureFlag(.diegoDocker, enabled: true, by: "ada")
        let after = FeatureFlag(name: .diegoDocker, enabled: true, updatedAt: test.time.now)
        #expect(change == Change(before: FeatureFlag(name: .diegoDocker, enabled: false), after: after))
        test.time.advance(by: .seconds(1))
        #expect(try await test.store.setFeatureFlag(.diegoDocker, enabled: true, by: "bob").isEmpty)
        #expect(
            try await test.store.events(after: 0).map(\.event) == [
                .featureFlagChanged(before: FeatureFlag(name: .diegoDocker, enabled: false), after: after, by: "ada")
            ]
        )
        try await test.store.setFeatureFlag(.diegoDocker, customErrorMessage: .some("later"), by: "ada")
        #expect(try await test.store.featureFlag(.diegoDocker).customErrorMessage == "later")
        try await test.store.setFeatureFlag(.diegoDocker, customErrorMessage: .some(nil), by: "ada")
        #expect(try await test.store.featureFlag(.diegoDocker).customErrorMessage == nil)
    }

    @Test("with the flag off no Docker instance gets in, not even one that runs already")
    func off() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp(instances: 2, rootFS: "docker:///library/nginx"))
        let notAdmitted = StoreError.refused(.notAdmitted(key, flag: .diegoDocker))
        await #expect(throws: notAdmitted) { try await test.store.claim(key, by: mine) }
        await #expect(throws: notAdmitted) { try await test.store.start(key, running(mine)) }
        try await test.store.setFeatureFlag(.diegoDocker, enabled: true, by: "ada")
        try await test.store.start(key, running(mine))
        try await test.store.setFeatureFlag(.diegoDocker, enabled: false, by: "ada")
        await #expect(throws: notAdmitted) { try await test.store.start(key, running(mine)) }
        try await test.store.crash(key, mine, reason: "boom")
        try await test.store.update(app, DesiredLRPUpdate(instances: 1))
        try await test.store.remove(key, nil)
        try await test.store.removeDesiredLRP(app)
        #expect(try await test.store.actualLRPs().isEmpty)
    }

    @Test("a verb refuses exactly what the policy refuses, with its flag", arguments: [true, false], [true, false])
    func policy(isOn: Bool, isDocker: Bool) async throws {
        let test = try TestStore()
        try await test.store.setFeatureFlag(.diegoDocker, enabled: isOn, by: "ada")
        try await test.store.desire(lrp(rootFS: isDocker ? "docker:///library/nginx" : "preloaded:base"))
        let subject = AdmissionSubject(isDocker: isDocker)
        let policy = AdmissionPolicy(flags: try await test.store.featureFlags())
        let refusal = try await test.store.read { (snapshot) throws(StoreError) in try snapshot.refusal(of: subject) }
        #expect(refusal == policy.refusal(of: subject))
        var refused: StoreError?
        do throws(StoreError) { try await test.store.claim(key, by: mine) } catch { refused = error }
        #expect(refused == refusal.map { .refused(.notAdmitted(key, flag: $0.flag)) })
    }

    @Test("with the flag off preloaded root file systems are let in as ever")
    func preloaded() async throws {
        let test = try TestStore()
        try await test.store.desire(lrp())
        try await test.store.claim(key, by: mine)
        try await test.store.start(key, running(mine))
        #expect(try await test.store.actualLRPs().map(\.state.name) == [.running])
    }
}
