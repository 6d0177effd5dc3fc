import MartletLinux
import MartletRegistry
import MartletTestSupport

/// An image of busybox that serves `/www` on `$PORT`, and more where a test says so.
struct StackImage: Sendable {
    static let path = ["PATH=/bin"]
    static let server = ["httpd", "-f", "-p", "8080", "-h", "/www"]

    var config = OCIConfig(env: path, cmd: server)
    /// Executable files beside busybox, by absolute path.
    var scripts: [(path: String, text: String)] = []
    /// Makes the image larger, so that pulling it takes a while.
    var ballast = 0

    /// - Parameter name: for example `team/app:v1`.
    /// - Returns: how `push` names it.
    func push(to registry: RealRegistry, as name: String) async throws -> String {
        let layout = try OCILayoutBuilder()
        var layers = [OCILayoutBuilder.Layer(tar: try tar(), compression: .none)]
        if ballast > 0 { layers.append(.init(tar: noise(), compression: .none)) }
        try await layout.addImage(tag: "it", layers: layers, config: config)
        try await registry.push(layout, tag: "it", as: name)
        return "\(registry.address)/\(name)"
    }

    /// Unpacks it as the operator would for a preloaded root file system.
    func unpack(into directory: String) async throws {
        try await SystemTool.run(["tar", "-x", "-C", directory, "-f", "-"], input: tar())
    }

    /// The root file system of an LRP that is desired through the BBS.
    static func rootFS(_ image: String) throws -> String { try ImageReference(image).rootFSURL }

    private func tar() throws -> [UInt8] {
        var tar = TarBuilder()
        for directory in ["bin", "etc", "proc", "sys", "dev", "tmp", "home"] { tar.add(directory, .directory) }
        tar.add("www", .directory, mode: 0o777)
        tar.add("www/index.html", .file(Array("hello\n".utf8)), mode: 0o644)
        tar.add("bin/busybox", .file(try Files.read("/bin/busybox")))
        for applet in ["sh", "httpd", "sleep", "cat", "env", "id", "pwd", "true", "tr", "touch"] {
            tar.add("bin/\(applet)", .symbolicLink(to: "busybox"))
        }
        let users = "root:x:0:0::/:/bin/sh\nweb:x:1000:1001::/home:/bin/sh\n"
        tar.add("etc/passwd", .file(Array(users.utf8)), mode: 0o644)
        tar.add("etc/group", .file(Array("root:x:0:\nweb:x:1001:\n".utf8)), mode: 0o644)
        for script in scripts { tar.add(String(script.path.dropFirst()), .file(Array(script.text.utf8))) }
        return tar.finished()
    }

    private func noise() -> [UInt8] {
        var tar = TarBuilder()
        var generator = SplitMix64(seed: UInt64(ballast))
        tar.add("ballast", .file((0..<ballast).map { _ in UInt8(truncatingIfNeeded: generator.next()) }))
        return tar.finished()
    }
}
