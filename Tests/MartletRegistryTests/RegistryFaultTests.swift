import MartletHTTP
import MartletModels
import Testing

@testable import MartletRegistry

@Suite("Failing registries")
struct RegistryFaultTests {
    private static let refused = HTTPTransportError.cannotConnect("Cannot connect to reg.test:443: Connection refused.")
    private static let untrusted = HTTPTransportError.cannotConnect(
        "Cannot connect to reg.test:443: SSL certificate problem: self-signed certificate."
    )

    @Test("too many requests are waited out as asked")
    func tooMany() async throws {
        let rig = try Rig { request, earlier in
            request.url.contains("manifests") && earlier == 0 ? .status(429, ["Retry-After": "2"]) : nil
        }
        _ = try await rig.resolve()
        #expect(await rig.time.waits == [.seconds(2)])
    }

    @Test("endless too many requests end after five attempts")
    func endless() async throws {
        let rig = try Rig { request, _ in request.url.contains("manifests") ? .status(429) : nil }
        #expect(await rig.failure()?.kind == .temporary)
        #expect(await rig.network.count("manifests") == 5)
        #expect(await rig.time.waits == [.seconds(2), .seconds(4), .seconds(8), .seconds(16)])
    }

    @Test("a spent allowance is respected before the next request")
    func allowance() async throws {
        let rig = try Rig { request, _ in
            guard request.url.contains("manifests") else { return nil }
            var answer = FakeImage().answer(request)
            answer.headers.add("ratelimit-remaining", "0;w=21600")
            answer.headers.add("RateLimit-Reset", "7")
            return answer
        }
        _ = try await rig.resolve()
        #expect(await rig.time.waits == [.seconds(7)])
    }

    @Test("a server that recovers is asked again", arguments: [500, 502, 503, 504])
    func serverErrors(status: Int) async throws {
        let rig = try Rig { request, earlier in
            request.url.contains("manifests") && earlier < 2 ? .status(status) : nil
        }
        _ = try await rig.resolve()
        #expect(await rig.time.waits == [.seconds(1), .seconds(2)])
    }

    @Test("a server that does not is temporary, with its words")
    func serverStaysDown() async throws {
        let rig = try Rig { request, _ in
            request.url.contains("blobs") ? .status(503, [:], "down for\nmaintenance") : nil
        }
        let failure = await rig.failure()
        #expect(failure?.kind == .temporary)
        #expect(failure?.description.contains("503: down for maintenance") == true)
        #expect(await rig.network.count("blobs") == 3)
    }

    @Test("what a request cannot change is asked once", arguments: [400, 403, 404, 405])
    func final(status: Int) async throws {
        let rig = try Rig { request, _ in request.url.contains("manifests") ? .status(status) : nil }
        #expect(await rig.failure()?.isRetryable == false)
        #expect(await rig.network.count("manifests") == 1)
    }

    @Test("no connection is tried three times")
    func noConnection() async throws {
        let rig = try Rig { _, _ in .failure(Self.refused) }
        let failure = await rig.failure()
        #expect(failure?.kind == .temporary)
        #expect(failure?.description.contains("Connection refused") == true)
        #expect(await rig.network.requests.count == 3)
    }

    @Test("a head that never comes is a failed attempt")
    func silentHead() async throws {
        let time = TestTime()
        let result = await time.timing.within(.seconds(30)) { () -> Int in
            time.reachLimit()
            try? await Task.sleep(for: .seconds(3600))
            return 1
        }
        #expect(result == nil)
    }

    @Test("an untrusted certificate is told at once, and nothing is sent in clear")
    func untrusted() async throws {
        let rig = try Rig { _, _ in .failure(Self.untrusted) }
        let failure = await rig.failure(RegistryCredentials(username: "a", password: "b"))
        #expect(failure?.kind == .insecure)
        #expect(
            failure?.description.contains(
                "This registry is insecure. To pull images from this registry, please use the --insecure-registry option."
            ) == true
        )
        #expect(await rig.network.lines == ["GET https://reg.test/v2/"])
        #expect(await rig.network.requests[0].trust.verify)
    }

    @Test("a listed host may speak in clear, after https was tried; another host may not")
    func plainHTTP() async throws {
        let fault: @Sendable (SeenRequest, Int) -> Scripted? = { request, _ in
            request.url.hasPrefix("https:") ? .failure(Self.refused) : nil
        }
        let listed = try Rig("reg.test:5000/app:v1", insecure: ["reg.test:5000"], fault: fault)
        #expect(try await listed.pull() == listed.image.layer)
        #expect(
            await listed.network.lines.prefix(3) == [
                "GET https://reg.test:5000/v2/", "GET http://reg.test:5000/v2/",
                "GET http://reg.test:5000/v2/app/manifests/v1",
            ]
        )
        #expect(await listed.network.requests.allSatisfy { !$0.trust.verify })
        let unlisted = try Rig("reg.test:5001/app:v1", insecure: ["reg.test:5000"], fault: fault)
        #expect(await unlisted.failure()?.kind == .temporary)
        #expect(await unlisted.network.requests.allSatisfy { $0.url.hasPrefix("https:") })
    }

    @Test("certificates of a registry reach its transport, and no other's")
    func certificates() async throws {
        let rig = try Rig(
            "reg.test:5000/app:v1",
            certificates: CertificateDirectories(roots: ["/certs"], commonDirectory: nil) { path in
                path == "/certs/reg.test:5000" ? ["ca.crt", "c.cert", "c.key"] : nil
            },
            fault: { request, _ in
                request.url.contains("reg.test:5000") && request.url.contains("blobs")
                    ? .status(307, ["Location": "https://cdn.test" + request.url.dropFirst(21)]) : nil
            }
        )
        #expect(try await rig.pull() == rig.image.layer)
        let own = RegistryTrust(
            caFiles: ["/certs/reg.test:5000/ca.crt"],
            clientCertificate: .init(
                certificateFile: "/certs/reg.test:5000/c.cert",
                keyFile: "/certs/reg.test:5000/c.key"
            )
        )
        for request in await rig.network.requests {
            #expect(request.trust == (request.url.contains("cdn.test") ? RegistryTrust() : own), "\(request.url)")
        }
    }

    @Test("a pull that is cancelled says so")
    func cancelled() async throws {
        let rig = try Rig { request, _ in request.url.contains("manifests") ? .status(503) : nil }
        let kind = await withTaskGroup(of: RegistryError.Kind?.self) { group in
            group.cancelAll()
            group.addTask { await rig.failure()?.kind }
            return await group.next() ?? nil
        }
        #expect(kind == .cancelled)
    }
}
