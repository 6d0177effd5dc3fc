import Glibc
import MartletLinux
import MartletRegistry
import MartletTestSupport
import Testing

@Suite("Broken connections to a real registry", .timeLimit(.minutes(2)))
struct RegistryResumeTests {
    /// Passes bytes on to the port in `argv[1]`; breaks the first connection that brings more than 1 MB. It tells its
    /// own port in the file `argv[2]`.
    private static let proxy = """
        import os, socket, sys, threading
        cut = threading.Lock()
        def pump(source, sink, isAnswer):
            count = 0
            try:
                while data := source.recv(65536):
                    count += len(data)
                    if isAnswer and count > 1000000 and cut.acquire(blocking=False): break
                    sink.sendall(data)
            except OSError: pass
            for end in (source, sink):
                try: end.shutdown(socket.SHUT_RDWR)
                except OSError: pass
        listener = socket.create_server(("127.0.0.1", 0))
        open(sys.argv[2] + ".new", "w").write(str(listener.getsockname()[1]))
        os.rename(sys.argv[2] + ".new", sys.argv[2])
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            threading.Thread(target=pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=pump, args=(server, client, True), daemon=True).start()
        """

    @Test("a layer that is cut on its way is resumed where it stopped")
    func resume() async throws {
        let layout = try OCILayoutBuilder()
        let tar = RegistryFixture.tar(fileSize: 3_000_000)
        try await layout.addImage(tag: "one", layers: [.init(tar: tar, compression: .none)])
        try await RealRegistry.with { registry in
            try await registry.push(layout, tag: "one", as: "app:v1")
            try await withProxy(to: registry.address) { address in
                let client = try RegistryFixture.client(insecure: [address])
                let reference = try ImageReference("\(address)/app:v1")
                let layer = try await client.resolve(reference, platform: RegistryFixture.platform).manifest.layers[0]
                #expect(try await client.bytes(layer, of: reference) == tar)
                let requests = try registry.log().split(separator: "\n").filter {
                    $0.contains("\"GET /v2/app/blobs/\(layer.digest)")
                }
                #expect(requests.count == 2)
                #expect(requests.contains { $0.contains(" 206 ") })
            }
        }
    }

    private func withProxy(to address: String, _ body: (String) async throws -> Void) async throws {
        let scratch = try ScratchDirectory()
        let port = String(address.drop { $0 != ":" }.dropFirst())
        let pid = try SystemTool.spawn(
            ["timeout", "120", "python3", "-c", Self.proxy, port, scratch.file("port")],
            stdout: scratch.file("out"),
            stderr: scratch.file("err")
        )
        let result: Result<Void, any Error>
        do {
            var own: String?
            for _ in 0..<500 where own == nil {
                own = try? Files.readText(scratch.file("port"))
                if own == nil { try await Task.sleep(for: .milliseconds(10)) }
            }
            result = .success(try await body("127.0.0.1:\(try #require(own))"))
        } catch { result = .failure(error) }
        kill(pid, SIGTERM)
        await SystemTool.wait(for: pid)
        try result.get()
    }
}
