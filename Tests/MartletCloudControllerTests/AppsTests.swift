import FoundationEssentials
import MartletHTTP
import MartletModels
import MartletRegistry
import MartletStore
import Testing

@testable import MartletCloudController

@Suite("Apps API")
struct AppsTests {
    private let path = "/martlet/v1/apps"
    private let minimal = #"{"name":"web","image":"nginx:1"}"#

    private func app(_ text: String) throws -> AppResource {
        try JSONDecoder().decode(AppResource.self, from: Data(text.utf8))
    }

    @Test("a push makes an app and its desired LRP, which runs the digest")
    func push() async throws {
        let api = try TestAPI()
        try await api.enableDocker()
        let (status, body) = try await api.send(.post, path, minimal)
        #expect(status == .created)
        let app = try app(body)
        #expect(app.name == "web" && app.guid == "uuid1" && app.processGUID == "uuid1-uuid2")
        #expect(app.imageDigest == "\(digest)" && app.ports == [80])
        #expect(app.instances.map(\.state) == ["UNCLAIMED"])
        let desired = try await api.store.desiredLRP(ProcessGUID("uuid1-uuid2"))
        #expect(desired.rootFS.url == "docker:///library/nginx#1@\(digest)")
        #expect(try await api.send(.get, "\(path)/web").1 == body)
        #expect(try await api.send(.get, path).1 == #"{"apps":[\#(body)]}"#)
    }

    @Test("while the flag is off nothing is looked up and nothing is written")
    func flagOff() async throws {
        let api = try TestAPI(error: RegistryError(.temporary, "The registry is down."))
        #expect(
            try await api.refusal(.post, path, minimal) == [
                "403 330002 CF-FeatureDisabled: Feature Disabled: diego_docker"
            ]
        )
        try await api.store.setFeatureFlag(.diegoDocker, customErrorMessage: "ask ops", by: "test")
        #expect(
            try await api.refusal(.post, path, minimal) == ["403 330002 CF-FeatureDisabled: Feature Disabled: ask ops"]
        )
        #expect(try await api.send(.get, path).1 == #"{"apps":[]}"#)
    }

    @Test("what the operator preloaded is pushed and replaced while the flag is off")
    func preloaded() async throws {
        let api = try TestAPI(error: RegistryError(.temporary, "The registry is down."))
        let body = #"{"name":"web","rootfs":"preloaded:busybox","command":"httpd -f","port":9000}"#
        let (status, text) = try await api.send(.post, path, body)
        #expect(status == .created)
        let app = try app(text)
        #expect(app.image == "preloaded:busybox" && app.imageDigest == nil && app.ports == [9_000])
        let desired = try await api.store.desiredLRP(ProcessGUID("uuid1-uuid2"))
        #expect(desired.rootFS == RootFS("preloaded:busybox") && !desired.rootFS.isDocker)
        guard case .run(let action) = desired.action else {
            Issue.record("\(desired.action)")
            return
        }
        #expect(action.path == "/bin/sh" && action.arguments == ["-c", "httpd -f"])
        #expect(action.user == "root" && action.directory == "/")
        #expect(try await api.send(.post, path, body).0 == .ok)
    }

    @Test(
        "the flag is not passed by with a root file system that is not the operator's",
        arguments: [
            (#""rootfs":"docker:///nginx","command":"x""#, "rootfs must be preloaded:NAME."),
            (#""rootfs":"preloaded:","command":"x""#, "rootfs must be preloaded:NAME."),
            (#""rootfs":"PRELOADED+layer:a","command":"x""#, "rootfs must be preloaded:NAME."),
            (#""rootfs":"preloaded:a""#, "command is missing; a preloaded root file system has none."),
            (#""rootfs":"preloaded:a","command":"x","port":0"#, "port must be from 1 to 65535."),
        ]
    )
    func notPreloaded(fields: String, detail: String) async throws {
        let api = try TestAPI()
        #expect(
            try await api.refusal(.post, path, #"{"name":"web",\#(fields)}"#)
                == ["422 10008 CF-UnprocessableEntity: \(detail)"]
        )
        let both = #"{"name":"web","image":"nginx",\#(fields)}"#
        #expect(try await api.refusal(.post, path, both).first?.hasPrefix("403") == true)
        try await api.enableDocker()
        #expect(try await api.refusal(.post, path, both).first?.hasPrefix("422") == true)
        #expect(try await api.store.desiredLRPs().isEmpty)
    }

    @Test("pushing a name again replaces the version; its instances are stopped, the app keeps its guid")
    func replace() async throws {
        let api = try TestAPI()
        let keys = try await api.runningApp()
        let (status, body) = try await api.send(.post, path, #"{"name":"web","image":"nginx:2","command":"sleep 1"}"#)
        let app = try app(body)
        #expect(status == .ok)
        #expect(app.guid == "uuid1" && app.processGUID == "uuid1-uuid4")
        #expect(await api.follower.stopped == keys)
        #expect(await api.follower.placed.last?.processGUID.rawValue == "uuid1-uuid4")
        #expect(try await api.store.desiredLRPs().map(\.processGUID.rawValue) == ["uuid1-uuid4"])
    }

    @Test("scaling changes app and desired LRP together, also while the flag is off")
    func scale() async throws {
        let api = try TestAPI()
        let keys = try await api.runningApp(instances: 2)
        try await api.store.setFeatureFlag(.diegoDocker, enabled: false, by: "test")
        let app = try app(try await api.send(.patch, "\(path)/web", #"{"instances":1}"#).1)
        #expect(app.desiredInstances == 1)
        #expect(try await api.store.desiredLRPs().map(\.instances) == [1])
        #expect(await api.follower.stopped == [keys[1]])
        #expect(
            try await api.refusal(.patch, "\(path)/web", #"{"instances":-1}"#)
                == ["422 10008 CF-UnprocessableEntity: instances must be from 0 to 1000."]
        )
        #expect(
            try await api.refusal(.patch, "\(path)/no", #"{"instances":1}"#) == [
                "404 10010 CF-ResourceNotFound: App not found"
            ]
        )
    }

    @Test("a deleted app is gone with its desired LRP, and its instances are stopped")
    func delete() async throws {
        let api = try TestAPI()
        let keys = try await api.runningApp()
        #expect(try await api.send(.delete, "\(path)/web").0 == .noContent)
        #expect(try await api.store.desiredLRPs().isEmpty)
        #expect(await api.follower.stopped == keys)
        #expect(try await api.refusal(.delete, "\(path)/web") == ["404 10010 CF-ResourceNotFound: App not found"])
    }

    @Test("an app tells where its instances are and why they are not running")
    func instances() async throws {
        let api = try TestAPI()
        let keys = try await api.runningApp(instances: 2)
        try await api.store.crash(keys[1], instance(keys[1], "cell-1"), reason: "exit status 3")
        let app = try app(try await api.send(.get, "\(path)/web").1)
        #expect(app.runningInstances == 1 && app.desiredInstances == 2)
        #expect(app.instances.map(\.details) == [nil, "exit status 3"])
        #expect(app.instances[0].address == "10.0.0.1" && app.instances[0].ports.map(\.hostPort) == [61_000])
    }

    @Test("a password is never shown")
    func secrets() async throws {
        let api = try TestAPI()
        try await api.enableDocker()
        let body = #"{"name":"web","image":"nginx","username":"ada","password":"s3cret"}"#
        #expect(try await api.send(.post, path, body).1.contains("s3cret") == false)
        #expect(try await api.store.desiredLRPs().first?.imageCredentials.password == "s3cret")
    }

    @Test(
        "what the registry says becomes a status",
        arguments: [
            (.notFound, 404), (.denied, 422), (.invalidReference, 422), (.incompatible, 422), (.temporary, 502),
            (.misconfigured, 500), (.cancelled, 503),
        ] as [(RegistryError.Kind, Int)]
    )
    func registryErrors(kind: RegistryError.Kind, status: Int) async throws {
        let api = try TestAPI(error: RegistryError(kind, "It did not work."))
        try await api.enableDocker()
        #expect(try await api.send(.post, path, minimal).0.rawValue == status)
        #expect(try await api.store.desiredLRPs().isEmpty)
    }

    @Test("everything that is wrong with a push is said at once")
    func validation() async throws {
        let api = try TestAPI()
        try await api.enableDocker()
        let body = """
            {"name":"a/b","image":"nginx","instances":-1,"memory_mb":0,"timeout":999,"username":"ada",
            "environment":{"PORT":"1","VCAP_X":"2"}}
            """
        #expect(try await api.refusal(.post, path, body).count == 7)
        #expect(
            try await api.refusal(.post, path, #"{"name":"web"}"#)
                == ["422 10008 CF-UnprocessableEntity: image is missing, or rootfs in its place."]
        )
        #expect(
            try await api.refusal(.post, path, #"{"name":"web","image":"nginx","health_check_type":"tcp"}"#)
                == ["422 10008 CF-UnprocessableEntity: health_check_type must be one of port, http, process."]
        )
        #expect(try await api.refusal(.post, path, #"{"name":"web","image":"UPPER"}"#).first?.hasPrefix("422") == true)
    }

    @Test("whatever a client sends is answered with an error in the usual form", arguments: UInt64(1)...20)
    func fuzz(seed: UInt64) async throws {
        let api = try TestAPI()
        try await api.enableDocker()
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<50 {
            var bytes = Array(#"{"name":"web","image":"nginx","instances":1,"environment":{"A":"b"}}"#.utf8)
            for _ in 0...next(4) { bytes[next(bytes.count)] = UInt8(next(256)) }
            bytes.removeLast(next(bytes.count))
            let body = String(decoding: bytes, as: UTF8.self)
            for (method, path) in [
                (HTTPMethod.post, path), (.patch, "\(path)/x"), (.patch, "/v3/feature_flags/diego_docker"),
            ] {
                let (status, text) = try await api.send(method, path, body)
                guard !status.isSuccess else { continue }
                #expect((400..<500).contains(status.rawValue), "\(body)")
                #expect(try !JSONDecoder().decode(ErrorBody.self, from: Data(text.utf8)).errors.isEmpty)
            }
        }
    }
}
