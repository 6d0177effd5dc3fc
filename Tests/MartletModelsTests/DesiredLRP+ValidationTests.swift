import MartletModels
import Testing

/// Texts as recorded from the original BBS; the recordings themselves are replayed in the tests of its API.
@Suite("Validation of a desired LRP")
struct DesiredLRPValidationTests {
    private func failures(_ change: (inout DesiredLRP) -> Void) -> [String] {
        var lrp = Samples.desired()
        change(&lrp)
        do { try lrp.validate() } catch { return error.failures }
        return []
    }

    @Test("a plain one passes") func plain() { #expect(failures { _ in } == []) }

    @Test("everything that is missing is named, in order")
    func empty() {
        let found = failures { lrp in
            lrp = DesiredLRP(
                processGUID: ProcessGUID(""),
                domain: DomainName(""),
                rootFS: RootFS(""),
                instances: 0,
                action: nil
            )
        }
        let fields = ["domain", "rootfs", "rootfs", "metric_tags", "domain", "process_guid"]
        #expect(found == fields.map { "Invalid field: \($0)" } + ["invalid action type"])
    }

    @Test("a process guid has one to 255 plain characters", arguments: ["", "a.b", "a b", "a/b", "a\n", "ä"])
    func processGUID(text: String) {
        #expect(failures { $0.processGUID = ProcessGUID(text) } == ["Invalid field: process_guid"])
        #expect(failures { $0.processGUID = ProcessGUID(String(repeating: "g", count: 255)) } == [])
        #expect(!failures { $0.processGUID = ProcessGUID(String(repeating: "g", count: 256)) }.isEmpty)
    }

    @Test("names are as wide as the columns of the original")
    func columns() {
        let long = String(repeating: "d", count: 256)
        #expect(failures { $0.domain = DomainName(long) } == ["Invalid field: domain"])
        #expect(failures { $0.logGUID = long } == ["Invalid field: log_guid"])
        #expect(failures { $0.rootFS = RootFS("preloaded:" + long) } == [])
    }

    @Test("numbers are not negative")
    func negative() {
        let found = failures { lrp in (lrp.instances, lrp.memoryMB, lrp.diskMB, lrp.maxPIDs) = (-1, -1, -1, -1) }
        #expect(found == ["instances", "memory_mb", "disk_mb", "max_pids"].map { "Invalid field: \($0)" })
        #expect(failures { $0.startTimeoutMilliseconds = -1 } == [])
    }

    @Test("instances have a limit, in an update too")
    func instances() {
        #expect(failures { $0.instances = DesiredLRP.instancesLimit } == [])
        #expect(failures { $0.instances = DesiredLRP.instancesLimit + 1 } == ["Invalid field: instances"])
        #expect(throws: Never.self) { try DesiredLRPUpdate(instances: DesiredLRP.instancesLimit).validate() }
        #expect(throws: ValidationError.self) {
            try DesiredLRPUpdate(instances: DesiredLRP.instancesLimit + 1).validate()
        }
    }

    @Test("only its own keys are wanted")
    func wants() {
        var lrp = Samples.desired()
        lrp.instances = 2
        #expect(lrp.keys.allSatisfy(lrp.wants))
        for index in [-1, 2] {
            #expect(!lrp.wants(ActualLRPKey(processGUID: lrp.processGUID, index: index, domain: lrp.domain)))
        }
        #expect(!lrp.wants(ActualLRPKey(processGUID: lrp.processGUID, index: 0, domain: DomainName("other"))))
    }

    @Test("the key of an instance is as wide as its column")
    func key() {
        func key(_ length: Int) -> ActualLRPKey {
            let guid = ProcessGUID(String(repeating: "-", count: length))
            return ActualLRPKey(processGUID: guid, index: 0, domain: DomainName("d"))
        }
        #expect(throws: Never.self) { try key(255).validate() }
        #expect(throws: ValidationError.self) { try key(256).validate() }
    }

    @Test("texts have limits, in bytes")
    func limits() {
        #expect(failures { $0.annotation = String(repeating: "a", count: 10_240) } == [])
        #expect(failures { $0.annotation = String(repeating: "é", count: 5_121) } == ["Invalid field: annotation"])
        let half = Array(("\"" + String(repeating: "x", count: 65_534) + "\"").utf8)
        #expect(failures { $0.routes = ["a": half, "b": half] } == [])
        #expect(failures { $0.routes = ["a": half, "b": half, "c": [0x31]] } == ["Invalid field: routes"])
    }

    @Test("metric tags say one thing each, and the source is the old metrics guid")
    func metricTags() {
        let invalid = ["metric_tags", "static", "dynamic"].map { "Invalid field: \($0)" }
        #expect(failures { $0.metricTags = [:] } == ["Invalid field: metric_tags"])
        #expect(failures { $0.metricTags["x"] = MetricTagValue() } == invalid)
        #expect(failures { $0.metricTags["x"] = MetricTagValue(static: "a", dynamic: .index) } == invalid)
        #expect(failures { $0.metricsGUID = "app" } == [])
        let mismatch = ["Invalid field: metric_tags", "Invalid field: source_id should match metrics_guid"]
        #expect(failures { $0.metricsGUID = "other" } == mismatch)
        #expect(
            failures { lrp in (lrp.metricsGUID, lrp.metricTags) = ("a", ["x": MetricTagValue(static: "b")]) }
                == mismatch
        )
    }

    @Test("what runs in the container is checked")
    func actions() {
        let bad = Action.run(RunAction(path: "", user: ""))
        #expect(failures { $0.setup = bad } == ["setup", "path", "user"].map { "Invalid field: \($0)" })
        #expect(failures { $0.action = bad } == ["action", "path", "user"].map { "Invalid field: \($0)" })
        #expect(failures { $0.monitor = bad } == ["monitor", "path", "user"].map { "Invalid field: \($0)" })
        #expect(failures { $0.action = nil } == ["invalid action type"])
    }

    @Test("environment, volumes, credentials and checks")
    func rest() {
        let blank = EnvironmentVariable(name: "", value: "x")
        #expect(failures { $0.environment = [blank] } == ["invalid field: name cannot be blank"])
        let mount = VolumeMount(driver: "", containerDirectory: "", mode: "x")
        #expect(failures { $0.volumeMounts = [mount] } == ["invalid volume_mount driver", "invalid volume_mount mode"])
        #expect(failures { $0.imageCredentials.username = "u" } == ["Invalid field: image_password"])
        #expect(failures { $0.imageCredentials.password = "p" } == ["Invalid field: image_username"])
        let check = CheckDefinition(checks: [Check(tcp: TCPCheck(port: 0))])
        #expect(failures { $0.checkDefinition = check } == ["check_definition", "port"].map { "Invalid field: \($0)" })
    }

    @Test("an update is held to the same limits")
    func update() {
        func failures(_ update: DesiredLRPUpdate) -> [String] {
            do { try update.validate() } catch { return error.failures }
            return []
        }
        #expect(failures(DesiredLRPUpdate()) == [])
        #expect(failures(DesiredLRPUpdate(instances: 0, routes: [:], annotation: "")) == [])
        #expect(failures(DesiredLRPUpdate(instances: -1)) == ["Invalid field: instances"])
        let long = DesiredLRPUpdate(annotation: String(repeating: "a", count: 10_241))
        #expect(failures(long) == ["Invalid field: annotation"])
        let big = DesiredLRPUpdate(routes: ["r": [UInt8](repeating: 0x31, count: 131_073)])
        #expect(failures(big) == ["Invalid field: routes"])
        let invalid = ["metric_tags", "static", "dynamic"].map { "Invalid field: \($0)" }
        #expect(failures(DesiredLRPUpdate(routes: ["r": []])) == ["the request received is invalid"])
        #expect(failures(DesiredLRPUpdate(metricTags: ["x": MetricTagValue()])) == invalid)
    }

    @Test("an applied update counts, even when it changes nothing")
    func apply() {
        var lrp = Samples.desired()
        lrp.modificationTag = ModificationTag(epoch: "e", index: 3)
        var expected = lrp
        expected.modificationTag.index = 4
        lrp.apply(DesiredLRPUpdate())
        #expect(lrp == expected)
        expected.modificationTag.index = 5
        (expected.instances, expected.annotation) = (0, "")
        (expected.routes, expected.metricTags) = (["r": [1]], ["x": MetricTagValue(dynamic: .index)])
        lrp.apply(
            DesiredLRPUpdate(instances: 0, routes: ["r": [1]], annotation: "", metricTags: expected.metricTags)
        )
        #expect(lrp == expected)
    }
}
