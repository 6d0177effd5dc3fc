import Glibc
import MartletContainers
import MartletLinux
import MartletModels
import Testing

@Suite("Networks of real containers", .enabled(if: ContainersFixture.available), .timeLimit(.minutes(3)))
struct ContainersNetworkTests {
    /// A container that answers HTTP on 8080, and what leads to it.
    private func server(_ cell: ContainersFixture, _ id: String, slot: UInt32 = 20) async throws -> Container {
        let container = try await cell.create(id, slot: slot) { $0.ports = [8080] }
        let script = "mkdir -p /www && echo pong-\(id) > /www/index.html && exec httpd -f -p 8080 -h /www"
        _ = try await cell.containers.run(ProcessSpec(path: "sh", args: ["-c", script]), in: container.id)
        let probe = HealthProbe.tcp(port: 8080)
        for _ in 0..<100 {
            do throws(HealthProbeFailure) {
                try await cell.containers.probe(probe, in: container.id, timeout: .seconds(1))
                return container
            } catch { try await Task.sleep(for: .milliseconds(20)) }
        }
        Issue.record("the server does not listen")
        return container
    }

    private func get(_ address: IPv4Address, _ port: UInt16) async throws -> ChildProcess.Output {
        try await ChildProcess.output(
            of: "/usr/bin/curl",
            ["-s", "-m", "3", "http://\(address):\(port)/"]
        )
    }

    @Test("a mapped port answers on the external address, on loop-back, and from the container itself")
    func mappedPort() async throws {
        try await ContainersFixture.with { cell in
            let container = try await server(cell, "web")
            let port = try #require(container.ports.first)
            #expect(port.containerPort == 8080)
            #expect(cell.configuration.hostPorts.contains(port.hostPort))
            for address in [cell.configuration.externalAddress, .loopback] {
                let answer = try await get(address, port.hostPort)
                #expect(
                    String(decoding: answer.stdout, as: UTF8.self) == "pong-web\n",
                    "\(address) \(String(decoding: answer.stderr, as: UTF8.self))"
                )
            }
            let url = "http://\(cell.configuration.externalAddress):\(port.hostPort)/"
            #expect(try await cell.shell("timeout 5 wget -q -O - \(url)", in: container.id).0 == "pong-web\n")
            let other = try await cell.create("client", slot: 21)
            #expect(try await cell.shell("timeout 5 wget -q -O - \(url)", in: other.id).0 == "pong-web\n")
            try await cell.containers.destroy(container.id)
            #expect(try await get(.loopback, port.hostPort).status != .exited(0))
        }
    }

    @Test("services of the host cannot be reached, by the gateway or through loop-back")
    func hostClosed() async throws {
        try await ContainersFixture.with { cell in
            let container = try await cell.create("closed")
            let listener = Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
            let port = try listen(on: listener)
            let addresses = [container.hostAddress, cell.configuration.externalAddress]
            for address in addresses {
                // The host itself may.
                let own = "/proc/self/ns/net"
                _ = try await Socket.connectTCP(inNamespaceAt: own, to: address, port: port, timeout: .seconds(5))
                let script = "timeout 2 nc \(address) \(port) </dev/null && echo open; echo done"
                let (text, _) = try await cell.shell(script, in: container.id)
                #expect(text.contains("done") && !text.contains("open"))
                #expect(text.contains("No route to host"))
            }
        }
    }

    /// Listens on every address of the host, and never answers.
    private func listen(on descriptor: borrowing Descriptor) throws -> UInt16 {
        try retrying("listen") { Glibc.listen(descriptor.rawValue, 16) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor.rawValue, $0, &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    @Test("denied networks are refused unless an egress rule opens them")
    func egress() async throws {
        try await ContainersFixture.with({ $0.deniedNetworks = [$0.networkPool] }) { cell in
            let target = try await server(cell, "target")
            let url = "http://\(target.address):8080/"
            let fetch = "timeout 5 wget -q -O - \(url)"
            let other = try await cell.create("other", slot: 21)
            #expect(try await cell.shell(fetch, in: other.id).0.contains("can't connect"))
            let rule = EgressRule(.tcp(ports: [8080...8080]), to: [target.address...target.address], log: true)
            let allowed = try await cell.create("allowed", slot: 22) { $0.egress = [rule] }
            #expect(try await cell.shell(fetch, in: allowed.id).0 == "pong-target\n")
            let (next, _) = try await cell.restarted()
            #expect(try await cell.shell(fetch, in: allowed.id).0 == "pong-target\n")
            try await next.destroy(allowed.id)
            #expect(try await !cell.remains().joined().contains("egress_"))
        }
    }

    @Test("probes tell what is wrong in the words of the health check program")
    func probes() async throws {
        try await ContainersFixture.with { cell in
            let container = try await server(cell, "probed")
            let containers = cell.containers
            func failure(_ probe: HealthProbe, _ timeout: Duration = .seconds(1)) async -> String? {
                do throws(HealthProbeFailure) {
                    try await containers.probe(probe, in: container.id, timeout: timeout)
                } catch {
                    return error.description
                }
                return nil
            }
            #expect(await failure(.tcp(port: 8080)) == nil)
            #expect(await failure(.http(port: 8080, path: "/")) == nil)
            #expect(
                await failure(.tcp(port: 9)) == "failed to make TCP connection to \(container.address):9: "
                    + "dial tcp \(container.address):9: connect: connection refused"
            )
            let refused = "failed to make HTTP request to '/x' on port 9: connection refused"
            #expect(await failure(.http(port: 9, path: "/x")) == refused)
            let missing = try #require(await failure(.http(port: 8080, path: "/missing")))
            #expect(
                missing.hasPrefix(
                    "failed to make HTTP request to '/missing' on port 8080: received status code 404 in "
                )
            )
            _ = try await cell.containers.run(
                ProcessSpec(path: "sh", args: ["-c", "nc -l -p 7000 -e sleep 30"]),
                in: container.id
            )
            let late = "failed to make HTTP request to '/' on port 7000: timed out after 0.25 seconds"
            let notYet = "failed to make HTTP request to '/' on port 7000: connection refused"
            var text: String? = notYet
            for _ in 0..<200 where text == notYet {
                text = await failure(.http(port: 7000, path: "/"), .milliseconds(250))
            }
            #expect(text == late)
        }
    }
}
