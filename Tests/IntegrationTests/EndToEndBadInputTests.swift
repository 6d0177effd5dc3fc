import Glibc
import MartletBBSAPI
import MartletHTTP
import MartletLinux
import MartletModels
import MartletProtobuf
import MartletTestSupport
import Testing

@Suite("Bad input, end to end", .serialized, .enabled(if: EndToEndBench.available, "needs root and real parts"))
struct EndToEndBadInputTests {
    @Test("an unknown flag, option or command is refused with the nearest name")
    func unknownNames() async throws {
        try await EndToEndBench.with { bench in
            let flag = try await bench.martlet.run(["feature-flags", "enable", "diego_dokcer"])
            #expect(flag.status == 1)
            #expect(flag.stderr.hasPrefix("martlet: there is no flag diego_dokcer; did you mean diego_docker?"))
            let option = try await bench.martlet.run(["push", "web", "--docker-imgae", bench.web])
            #expect(option.status == 2)
            #expect(option.stderr.contains("unknown option --docker-imgae; did you mean --docker-image?"))
            let answer = try await bench.api(.patch, "/v3/feature_flags/diego_dokcer", #"{"enabled":true}"#)
            #expect(answer.status == 404)
            #expect(answer.body.contains("CF-ResourceNotFound"))
        }
    }

    @Test("a push while the flag is off is refused, and nothing of it is written down")
    func flagIsOff() async throws {
        try await EndToEndBench.with { bench in
            let off = try await bench.martlet.run(["feature-flags", "disable", "diego_docker", "--yes"])
            #expect(off.status == 0, "\(off.stderr)")
            let push = try await bench.push("web", bench.web)
            #expect(push.status == 1)
            #expect(push.stderr.contains("Feature Disabled: diego_docker"))
            let answer = try await bench.api(
                .post,
                "/martlet/v1/apps",
                #"{"name":"web","image":"\#(bench.web)"}"#
            )
            #expect(answer.status == 403)
            #expect(answer.body.contains("330002"))
            #expect(try await bench.api(.get, "/martlet/v1/apps").body == #"{"apps":[]}"#)
        }
    }

    @Test("an image that the registry does not have is refused at the push")
    func imageNotFound() async throws {
        try await EndToEndBench.with { bench in
            let digest = "sha256:" + String(repeating: "0", count: 64)
            for missing in ["team/none:v1", "team/web:v2", "team/web@\(digest)"] {
                let reference = "\(bench.registry.address)/\(missing)"
                let push = try await bench.push("web", reference)
                #expect(push.status == 1)
                #expect(push.stderr.contains(reference), "\(push.stderr)")
                let body = #"{"name":"web","image":"\#(reference)"}"#
                #expect(try await bench.api(.post, "/martlet/v1/apps", body).status == 404)
            }
            for broken in ["Team/Web", "web@sha256:12", "web:", "http://registry/web", ""] {
                let push = try await bench.push("web", broken)
                #expect(push.status == 1, "\(broken)")
                #expect(push.stderr.contains("is not an image name"), "\(broken): \(push.stderr)")
            }
        }
    }

    @Test("a registry that is down is told as such")
    func registryIsDown() async throws {
        try await EndToEndBench.with { bench in
            await bench.registry.stop()
            let push = try await bench.push("web", bench.web)
            #expect(push.status == 1)
            #expect(
                push.stderr.contains("The registry \(bench.registry.address) cannot be used now")
                    && push.stderr.contains("Connection refused; try again later"),
                "\(push.stderr)"
            )
            let body = #"{"name":"web","image":"\#(bench.web)"}"#
            #expect(try await bench.api(.post, "/martlet/v1/apps", body).status == 502)
        }
    }

    @Test("a registry with a login wants the right password, and no log has it")
    func login() async throws {
        let (user, password) = ("robot", "s3cret-\(UInt32.random(in: 0 ... .max))")
        try await EndToEndBench.with(
            auth: .basic(user: user, password: password),
            logFormat: .json,
            settings: ["--log-level", "debug"]
        ) { bench in
            let without = try await bench.push("web", bench.web)
            #expect(without.status == 1)
            #expect(
                without.stderr.contains("\(bench.web) does not exist or you do not have permissions to see it"),
                "\(without.stderr)"
            )
            let login = ["--docker-username", user]
            let wrong = try await bench.push("web", bench.web, login, environment: ["CF_DOCKER_PASSWORD=\(password)x"])
            #expect(wrong.status == 1)
            #expect(wrong.stderr.contains("username and password are invalid"), "\(wrong.stderr)")
            let right = try await bench.push("web", bench.web, login, environment: ["CF_DOCKER_PASSWORD=\(password)"])
            #expect(right.status == 0, "\(right.stderr)")
            let shown = [
                try await bench.api(.get, "/martlet/v1/apps").body,
                try await bench.martlet.run(["app", "web", "--json"]).stdout,
                try await bench.martlet.run(["why", "web"]).stdout,
                try await bench.martlet.run(["events", "--json"]).stdout,
                without.stderr, wrong.stderr, right.stdout, right.stderr,
            ]
            #expect(try await bench.martlet.run(["delete", "web", "--force"]).status == 0)
            try await bench.expectNothingLeft()
            #expect(bench.martlet.log.contains(#""message":"app pushed""#))
            for text in shown + [bench.martlet.log] { #expect(!text.contains(password)) }
        }
    }

    @Test("an instance that fits on no cell waits, and `why` shows each cell's verdict")
    func noRoom() async throws {
        try await EndToEndBench.with { bench in
            let push = try await bench.martlet.run([
                "push", "web", "--docker-image", bench.web, "-m", "8G", "-k", "64M",
            ])
            #expect(push.status == 1)
            #expect(push.stderr.contains("insufficient resources: memory"), "\(push.stderr)")
            let why = try await bench.martlet.run(["why", "web"])
            #expect(why.status == 0)
            #expect(why.stdout.contains(bench.martlet.cellID), "\(why.stdout)")
            #expect(why.stdout.contains("memory"), "\(why.stdout)")
            #expect(try await bench.martlet.run(["delete", "web", "--force"]).status == 0)
        }
    }

    @Test("bytes that are no message are refused inside an answer of status 200, and too many with 413")
    func malformed() async throws {
        try await EndToEndBench.with { bench in
            let client = HTTPClient()
            let path = BBSRoutes.desireLRP.path
            let headers: HTTPHeaders = ["Content-Type": BBSRoutes.contentType]
            for body: [UInt8] in [[], [0xFF], [0x0A, 0x7F, 0x01], Array(repeating: 0x80, count: 64)] {
                let request = HTTPRequest(
                    .post,
                    "http://\(bench.martlet.bbsAddress)\(path)",
                    headers: headers,
                    body: body
                )
                let answer = try await client.send(request, timeout: .seconds(10))
                #expect(answer.status == .ok)
                #expect(try LifecycleResponse(decoding: answer.body).error?.kind == .invalidRequest, "\(body)")
            }
            let large = [UInt8](repeating: 0x20, count: (16 << 20) + 1)
            for (address, path) in [(bench.martlet.bbsAddress, path), (bench.martlet.apiAddress, "/martlet/v1/apps")] {
                let request = HTTPRequest(.post, "http://\(address)\(path)", headers: headers, body: large)
                #expect(try await client.send(request, timeout: .seconds(30)).status == .contentTooLarge)
            }
        }
    }
}
