import Testing

@testable import MartletRegistry

@Suite("Image configurations")
struct ImageConfigTests {
    private static let a = Digest(of: [1])

    private func read(_ text: String, layers: Int = 0) throws(RegistryError) -> ImageConfig {
        try ImageConfig(Array(text.utf8), layerCount: layers)
    }

    @Test("give all members that are used, and forget the rest")
    func members() throws {
        let config = try read(
            #"""
            {"os":"linux","architecture":"amd64","created":"x","history":[{"empty_layer":true}],
             "rootfs":{"type":"layers","diff_ids":["\#(Self.a)"]},
             "config":{"Env":["A=1","B=2"],"User":"app","WorkingDir":"/w","Entrypoint":["/e","x"],"Cmd":["c"],
              "ExposedPorts":{"443/tcp":{},"80":{},"53/udp":{},"80/tcp":{},"80/udp":{},"9/sctp":{},"x":{},"0":{}},
              "StopSignal":"SIGQUIT","Volumes":{"/v":{}},"Labels":{"k":"v"}}}
            """#,
            layers: 1
        )
        var expected = ImageConfig()
        expected.env = ["A=1", "B=2"]
        expected.user = "app"
        expected.workingDir = "/w"
        expected.entrypoint = ["/e", "x"]
        expected.cmd = ["c"]
        expected.exposedPorts = [.init(9, .sctp), .init(53, .udp), .init(80), .init(80, .udp), .init(443)]
        expected.malformedPorts = ["0", "x"]
        expected.stopSignal = "SIGQUIT"
        expected.os = "linux"
        expected.architecture = "amd64"
        expected.diffIDs = [Self.a]
        #expect(config == expected)
        #expect(config.exposedTCPPorts == [80, 443])
        #expect(!config.exposesNoTCP)
    }

    @Test("say when there are ports but none of TCP")
    func onlyUDP() throws {
        #expect(try read(#"{"config":{"ExposedPorts":{"53/udp":{}}}}"#).exposesNoTCP)
        #expect(try !read("{}").exposesNoTCP)
        #expect(try read("{}").exposedTCPPorts.isEmpty)
    }

    @Test("may leave everything out, or null")
    func empty() throws {
        #expect(try read("{}") == ImageConfig())
        #expect(try read(#"{"config":null,"rootfs":{"type":"layers","diff_ids":null},"os":null}"#) == ImageConfig())
        #expect(try read(#"{"config":{"Env":null,"Cmd":null,"ExposedPorts":null}}"#) == ImageConfig())
    }

    @Test(
        "that do not fit their manifest, or have the wrong shape, are corrupt",
        arguments: [
            ("{}", 1), (#"{"rootfs":{"type":"layers","diff_ids":["\#(a)","\#(a)"]}}"#, 1),
            (#"{"rootfs":{"type":"layers+x","diff_ids":[]}}"#, 0),
            (#"{"rootfs":{"type":"layers","diff_ids":["x"]}}"#, 1),
            (#"{"rootfs":{"type":"layers","diff_ids":[7]}}"#, 1), (#"{"os":1}"#, 0), (#"{"config":{"Env":"A=1"}}"#, 0),
            (#"{"config":{"Cmd":[1]}}"#, 0), (#"{"config":{"ExposedPorts":["80"]}}"#, 0), ("[]", 0), ("7", 0), ("", 0),
            (#"{"config":{"User":"a","User":"b"}}"#, 0),
        ]
    )
    func corrupt(text: String, layers: Int) {
        #expect { try read(text, layers: layers) } throws: { ($0 as? RegistryError)?.kind == .corrupt }
    }
}
