import MartletModels
import MartletTestSupport
import Testing

@Suite("Live updates of a desired LRP")
struct DesiredLRPLiveUpdateTests {
    private let instance = ActualLRPInstanceKey.fixture("i-1", on: "a")

    private func desired(routes: String?, tags: [String: MetricTagValue] = [:]) -> DesiredLRP {
        var lrp = DesiredLRP.fixture("app", instances: 3)
        lrp.routes = ["cf-router": Array("[]".utf8)]
        if let routes { lrp.routes["internal-router"] = Array(routes.utf8) }
        lrp.metricTags = tags
        return lrp
    }

    private func running(
        routes: [String],
        tags: [String: String] = [:],
        presence: ActualLRP.Presence = .ordinary
    ) -> ActualLRP {
        ActualLRP(
            restoring: .fixture("app", 2),
            presence: presence,
            state: .running(instance, ActualLRPNetInfo(address: "", ports: [], instanceAddress: "")),
            since: .epoch,
            crashCount: 0,
            crashReason: "",
            placementError: "",
            modificationTag: ModificationTag(epoch: "e"),
            internalRoutes: routes,
            metricTags: tags,
            routable: true,
            availabilityZone: ""
        )
    }

    @Test(
        "internal routes are the host names of their router's list",
        arguments: [
            (nil, []),
            ("[]", []),
            (#"[{"hostname":"a.internal"},{"hostname":"b.internal"}]"#, ["a.internal", "b.internal"]),
            (
                " [ { \"port\" : [ 1, { } ] , \"hostname\" : \"a\" } , {\"hostname\":\"\\u00fc\\ud83d\\ude00\\n\\/\"}] ",
                ["a", "ü😀\n/"]
            ),
            (#"[{"hostname":"old","hostname":"new"}]"#, ["new"]),
            (#"[{"hostname":"half \ud83d"}]"#, ["half \u{FFFD}"]),
            ("null", []), ("{}", []), (#"[{"hostname":1}]"#, []), (#"[{"host":"a"}]"#, []), (#"["a"]"#, []),
            (#"[{"hostname":"a"},{}]"#, []), (#"[{"hostname":"a"},null]"#, []), (#"[{"hostname":"a"}"#, []), ("", []),
        ] as [(String?, [String])]
    )
    func hostnames(routes: String?, names: [String]) {
        #expect(desired(routes: routes).internalRouteHostnames == names)
    }

    @Test("any list of names is read back, however its texts are written", arguments: 0..<100 as Range<UInt64>)
    func writtenNames(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters: [(String, String)] = [
            ("a", "a"), ("\\", #"\\"#), ("\"", #"\""#), ("\t", #"\t"#), ("é", "é"), ("é", #"\u00E9"#), ("/", #"\/"#),
            ("𝄞", #"\uD834\udd1e"#), ("\u{08}", #"\b"#), ("\u{0C}", #"\f"#), ("\r", #"\r"#), ("}", "}"), (",", ","),
        ]
        let words = (0..<Int.random(in: 0...5, using: &random)).map { _ in
            (0..<Int.random(in: 0...6, using: &random)).map { _ in random.pick(letters) }
        }
        let items = words.map { "{\"x\":[{}],\"hostname\":\"\($0.map(\.1).joined())\"}" }
        let names = desired(routes: "[\(items.joined(separator: ", "))]").internalRouteHostnames
        #expect(names == words.map { $0.map(\.0).joined() })
    }

    @Test("an instance that reported what is wanted is told nothing, whatever the order of its host names")
    func upToDate() {
        let wanted = desired(
            routes: #"[{"hostname":"a"},{"hostname":"b"},{"hostname":"a"}]"#,
            tags: ["i": MetricTagValue(dynamic: .index), "g": MetricTagValue(dynamic: .instanceGUID)]
        )
        #expect(wanted.liveUpdate(for: running(routes: ["b", "a"], tags: ["i": "2", "g": "i-1"])) == nil)
    }

    @Test("an instance is told what differs, and nothing else")
    func differing() {
        let wanted = desired(
            routes: #"[{"hostname":"b"},{"hostname":"a"}]"#,
            tags: ["s": MetricTagValue(static: "x"), "i": MetricTagValue(dynamic: .index)]
        )
        let tags = ["s": "x", "i": "2"]
        #expect(
            wanted.liveUpdate(for: running(routes: ["a"], tags: tags)) == LRPLiveUpdate(internalRoutes: ["b", "a"])
        )
        #expect(
            wanted.liveUpdate(for: running(routes: ["a", "b"], tags: ["s": "y"])) == LRPLiveUpdate(metricTags: tags)
        )
        #expect(
            wanted.liveUpdate(for: running(routes: [])) == LRPLiveUpdate(internalRoutes: ["b", "a"], metricTags: tags)
        )
    }

    @Test("internal routes that are gone are told as an empty list")
    func removedRoutes() {
        #expect(desired(routes: nil).liveUpdate(for: running(routes: ["a"])) == LRPLiveUpdate(internalRoutes: []))
    }

    @Test("what does not run or is evacuating is told nothing, a suspect instance is")
    func otherRecords() {
        let wanted = desired(routes: #"[{"hostname":"a"}]"#)
        #expect(wanted.liveUpdate(for: .fixture(.fixture("app", 2), .claimed(instance))) == nil)
        #expect(wanted.liveUpdate(for: .fixture(.fixture("app", 2))) == nil)
        #expect(wanted.liveUpdate(for: running(routes: [], presence: .evacuating)) == nil)
        #expect(wanted.liveUpdate(for: running(routes: [], presence: .suspect)) != nil)
    }

    @Test("an update of the desired LRP concerns instances when their routes or tags change by meaning")
    func concerns() {
        let before = desired(routes: #"[{"hostname":"a"},{"hostname":"b"}]"#, tags: ["s": MetricTagValue(static: "x")])
        var after = before
        after.instances = 7
        after.annotation = "new"
        after.routes["cf-router"] = nil
        after.routes["internal-router"] = Array(#"[ {"hostname":"b"}, {"hostname":"a"} ]"#.utf8)
        #expect(!after.hasLiveUpdate(since: before))
        after.routes["internal-router"] = nil
        #expect(after.hasLiveUpdate(since: before))
        after = before
        after.metricTags["s"] = MetricTagValue(static: "y")
        #expect(after.hasLiveUpdate(since: before))
    }
}
