import MartletModels
import Testing

@Suite("Restart policy")
struct RestartPolicyTests {
    @Test(
        "waits longer after each crash, up to a limit, and then gives up",
        arguments: [
            (1, .zero), (2, .zero), (3, .seconds(30)), (4, .seconds(60)), (5, .seconds(120)), (6, .seconds(240)),
            (7, .seconds(480)), (8, .seconds(960)), (9, .seconds(960)), (199, .seconds(960)), (200, nil), (201, nil),
            (Int(Int32.max), nil),
        ] as [(Int, Duration?)]
    )
    func delay(crash: Int, delay: Duration?) {
        #expect(RestartPolicy().delay(afterCrash: crash) == delay)
    }

    @Test("only a crashed record has a time of restart")
    func restartTime() {
        let policy = RestartPolicy()
        #expect(policy.restartTime(of: Samples.lrp(.crashed, crashes: 4)) == Samples.born + .seconds(60))
        #expect(policy.restartTime(of: Samples.lrp(.crashed, crashes: 200)) == nil)
        #expect(policy.restartTime(of: Samples.lrp(.unclaimed, crashes: 4)) == nil)
    }
}
