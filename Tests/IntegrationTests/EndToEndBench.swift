import FoundationEssentials
import Glibc
import MartletContainers
import MartletHTTP
import MartletLinux
import MartletTestSupport
import Testing

/// A whole `martlet up` and a registry, both real, with one small web server as `team/web:v1`.
struct EndToEndBench: Sendable {
    let martlet: RealMartlet
    let registry: RealRegistry

    static var available: Bool { ContainersFixture.available && Files.exists("/usr/bin/docker-registry") }

    static func with(
        auth: RealRegistry.Auth = .none,
        logFormat: RealMartlet.LogFormat = .text,
        settings: [String] = [],
        _ body: (EndToEndBench) async throws -> Void
    ) async throws {
        try await RealRegistry.with(auth: auth) { registry in
            try await pushWeb(to: registry)
            let all = ["--insecure-registry", registry.address, "--stop-grace", "2"] + settings
            try await RealMartlet.with(logFormat: logFormat, settings: all) { martlet in
                let bench = EndToEndBench(martlet: martlet, registry: registry)
                try await bench.enableDocker()
                try await body(bench)
                try await bench.expectNothingLeft()
            }
        }
    }

    func enableDocker() async throws {
        let answer = try await martlet.run(["feature-flags", "enable", "diego_docker"])
        #expect(answer.status == 0, "\(answer.stderr)")
    }

    var web: String { "\(registry.address)/team/web:v1" }

    /// Pushes with little memory and disk.
    func push(
        _ name: String,
        _ image: String,
        _ further: [String] = [],
        environment: [String] = []
    ) async throws -> RealMartlet.Answer {
        let command = ["push", name, "--docker-image", image, "-m", "64M", "-k", "64M"]
        return try await martlet.run(command + further, environment: environment)
    }

    func api(_ method: HTTPMethod, _ path: String, _ json: String = "") async throws -> (status: Int, body: String) {
        let headers: HTTPHeaders = json.isEmpty ? [:] : ["Content-Type": "application/json"]
        let request = HTTPRequest(
            method,
            "http://\(martlet.apiAddress)\(path)",
            headers: headers,
            body: Array(json.utf8)
        )
        let answer = try await HTTPClient().send(request, timeout: .seconds(60))
        return (answer.status.rawValue, String(decoding: answer.body, as: UTF8.self))
    }

    /// Pushes an image of one layer.
    func pushImage(_ name: String, layer: [UInt8]) async throws -> OCILayoutBuilder {
        try await Self.pushImage(name, layer: layer, to: registry)
    }

    private static func pushImage(
        _ name: String,
        layer: [UInt8],
        to registry: RealRegistry
    ) async throws -> OCILayoutBuilder {
        let layout = try OCILayoutBuilder()
        let command = ["httpd", "-f", "-p", "8080", "-h", "/www"]
        let config = OCIConfig(env: ["PATH=/bin"], cmd: command, exposedPorts: ["8080/tcp"])
        try await layout.addImage(tag: "one", layers: [OCILayoutBuilder.Layer(tar: layer)], config: config)
        try await registry.push(layout, tag: "one", as: name)
        return layout
    }

    /// - Returns: its reference.
    @discardableResult
    static func pushWeb(to registry: RealRegistry) async throws -> String {
        _ = try await pushImage("team/web:v1", layer: webLayer().finished(), to: registry)
        return "\(registry.address)/team/web:v1"
    }

    /// A busybox with a page.
    static func webLayer() throws -> TarBuilder {
        var tar = TarBuilder()
        for directory in ["bin", "etc", "tmp", "www"] { tar.add(directory, .directory) }
        tar.add("bin/busybox", .file(try Files.read("/bin/busybox")))
        for applet in ["sh", "httpd", "sleep"] { tar.add("bin/\(applet)", .symbolicLink(to: "busybox")) }
        tar.add("etc/passwd", .file(Array("root:x:0:0::/:/bin/sh\n".utf8)), mode: 0o644)
        tar.add("etc/group", .file(Array("root:x:0:\n".utf8)), mode: 0o644)
        tar.add("www/index.html", .file(Array("hello\n".utf8)), mode: 0o644)
        return tar
    }
}

extension EndToEndBench {
    /// Waits until the cell has removed all that it removes on its own time.
    func expectNothingLeft() async throws {
        let deadline = ContinuousClock.now + .seconds(15)
        var left = try leftovers()
        while !left.isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
            left = try leftovers()
        }
        #expect(left == [], "\(martlet.log)")
    }

    /// What of containers and half-made images the kernel and the file system still know.
    private func leftovers() throws -> [String] {
        let data = "\(martlet.dataDirectory)/cell"
        let configuration = ContainersConfiguration(
            name: martlet.cellID,
            stateDirectory: "\(data)/containers",
            runDirectory: "\(martlet.runDirectory)/containers"
        )
        var found: [String] = []
        for directory in try CgroupLayout.current().directories(of: configuration.cgroupParent) {
            for child in (try? Files.list(directory)) ?? [] where Files.exists("\(directory)/\(child)/cgroup.procs") {
                found.append("\(directory)/\(child)")
            }
        }
        found += Interfaces.names(prefix: configuration.interfacePrefix)
        found += try MountInfo.current().map(\.mountPoint).filter { mounted in
            [data, configuration.runDirectory].contains { mounted.hasPrefix($0 + "/") }
        }
        // `empty` is the lower layer of images without layers.
        for (directory, own) in [("tmp", ["empty"]), ("images", []), ("trash", [])] {
            let names = try Files.list("\(data)/images/\(directory)")
            found += names.filter { !own.contains($0) }.map { "\(directory)/\($0)" }
        }
        for directory in ["runtime", "namespaces", "bundles"] {
            found += (try? Files.list("\(configuration.runDirectory)/\(directory)")) ?? []
        }
        return found
    }
}
