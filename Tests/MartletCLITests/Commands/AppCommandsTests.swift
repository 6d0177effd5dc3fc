import MartletCLI
import MartletHTTP
import Testing

@Suite("Commands for apps")
struct AppCommandsTests {
    private static let path = "/martlet/v1/apps/{name}"
    private static let running = Bodies.app(Bodies.instance(0, "RUNNING"), desired: 1, running: 1)
    private static let claimed = Bodies.app(Bodies.instance(0, "CLAIMED"), desired: 1, running: 0)

    @Test("push says what the tag means, how far it is, and where the app answers")
    func push() async {
        let run = ToolRun()
        let create = Route(.post, "/martlet/v1/apps") { request in
            let body = String(decoding: request.body, as: UTF8.self)
            for part in [
                #""name":"web""#, #""memory_mb":64"#, #""disk_mb":2048"#, #""instances":1"#, #""A":"1=2""#,
                #""health_check_type":"http""#, #""username":"me""#, #""password":"secret""#,
            ] { #expect(body.contains(part), "\(part)") }
            return HTTPResponse(.created, body: .bytes(Array(Self.claimed.utf8)))
        }
        let status = await run.run(
            "push web -o 127.0.0.1:5087/web:v1 -m64 -k 2G --env A=1=2 -u http --docker-username me",
            environment: ["CF_DOCKER_PASSWORD": "secret"],
            routes: [create, .json(.get, Self.path, .ok, Self.claimed, Self.running)]
        )
        #expect(status == 0)
        #expect(
            run.output == """
                web: 127.0.0.1:5087/web:v1 is sha256:abc
                0 of 1 running, 1 starting
                1 of 1 running
                web/0 http://127.0.0.1:61000

                """
        )
        #expect(run.errors == "")
    }

    @Test("push of what is preloaded has no digest to tell of")
    func pushPreloaded() async {
        let running = Self.running.replacing(#""image_digest":"sha256:abc","#, with: "")
            .replacing("127.0.0.1:5087/web:v1", with: "preloaded:busybox")
        let create = Route(.post, "/martlet/v1/apps") { request in
            let body = String(decoding: request.body, as: UTF8.self)
            for part in [#""rootfs":"preloaded:busybox""#, #""command":"httpd""#, #""port":9000"#] {
                #expect(body.contains(part), "\(part)")
            }
            #expect(!body.contains("image"))
            return HTTPResponse(.created, body: .bytes(Array(running.utf8)))
        }
        let routes = [create, .json(.get, Self.path, .ok, running)]
        let run = ToolRun()
        #expect(await run.run("push web --rootfs preloaded:busybox -c httpd --port 9000", routes: routes) == 0)
        #expect(run.output == "1 of 1 running\nweb/0 http://127.0.0.1:61000\n")
        for line in ["push web", "push web -o x --rootfs preloaded:y"] {
            #expect(await ToolRun().run(line) == 2)
        }
    }

    @Test("a push that cannot work says why, with status 1")
    func pushStuck() async {
        let crashed = Bodies.app(Bodies.instance(0, "CRASHED", details: "exit status 1"), desired: 1, running: 0)
        let homeless = Bodies.app(
            Bodies.instance(0, "UNCLAIMED", seconds: 6, details: "insufficient memory"),
            desired: 1,
            running: 0
        )
        for (body, text) in [
            (crashed, "instance 0 has crashed: exit status 1"),
            (homeless, "instance 0 finds no place: insufficient memory"),
            (Self.claimed, "0 of 1 instances run after 2 min"),
        ] {
            let run = ToolRun()
            let routes: [Route] = [.json(.post, "/martlet/v1/apps", .created, body), .json(.get, Self.path, .ok, body)]
            #expect(await run.run("push web -o x:1", routes: routes) == 1)
            #expect(run.errors == "martlet: \(text); try: martlet why web\n")
        }
    }

    @Test("a refused push is the server's sentence")
    func pushRefused() async {
        let run = ToolRun()
        let route = Route.json(.post, "/martlet/v1/apps", .forbidden, Bodies.error("Feature Disabled: diego_docker"))
        #expect(await run.run("push web -o x", routes: [route]) == 1)
        #expect(run.errors == "martlet: Feature Disabled: diego_docker\n")
        let disabled = ToolRun()
        let body =
            #"{"errors":[{"code":330002,"title":"CF-FeatureDisabled","detail":"Feature Disabled: ask Ada"}]}"#
        #expect(await disabled.run("push web -o x", routes: [.json(.post, "/martlet/v1/apps", .forbidden, body)]) == 1)
        #expect(
            disabled.errors
                == "martlet: Feature Disabled: ask Ada; try: martlet feature-flags enable diego_docker\n"
        )
        #expect(await run.run("push web -o x --docker-username me") == 1)
        #expect(
            run.errors.hasSuffix("martlet: the password of me is missing; try: CF_DOCKER_PASSWORD=… martlet push …\n")
        )
    }

    @Test("apps are a table, or JSON")
    func apps() async {
        let route = Route.json(.get, "/martlet/v1/apps", .ok, #"{"apps":[\#(Self.running)]}"#)
        let run = ToolRun()
        #expect(await run.run("apps", routes: [route]) == 0)
        #expect(
            run.output == """
                NAME  RUNNING  MEMORY     DISK  IMAGE
                web       1/1  64 MiB  128 MiB  127.0.0.1:5087/web:v1

                """
        )
        let none = ToolRun()
        #expect(await none.run("apps", routes: [.json(.get, "/martlet/v1/apps", .ok, #"{"apps":[]}"#)]) == 0)
        #expect(none.output == "No apps; martlet push NAME --docker-image REF makes one.\n")
        let json = ToolRun()
        #expect(await json.run("apps --json", routes: [route]) == 0)
        #expect(json.output.hasPrefix("[\n  {\n"))
        #expect(json.output.contains(#""url" : "http://127.0.0.1:61000""#))
    }

    @Test("one app is shown with its instances and what ails them")
    func app() async {
        let body = Bodies.app(
            Bodies.instance(0, "RUNNING", seconds: 61),
            Bodies.instance(1, "UNCLAIMED", details: "no room"),
            desired: 2,
            running: 1
        )
        let run = ToolRun()
        #expect(await run.run("app web", routes: [.json(.get, Self.path, .ok, body)]) == 0)
        #expect(
            run.output == """
                name          web
                image         127.0.0.1:5087/web:v1
                digest        sha256:abc
                process       g1-v1
                limits        64 MiB memory, 128 MiB disk
                command       the image's own
                health check  port
                pushed        2026-11-23T21:00:00Z
                running       1 of 2

                INDEX  STATE        FOR  CELL    CRASHES  URL
                    0  RUNNING    1 min  cell-1        0  http://127.0.0.1:61000
                    1  UNCLAIMED    1 s  -             0  -
                web/1: no room

                """
        )
        let missing = ToolRun()
        #expect(await missing.run("app web", routes: [.json(.get, Self.path, .notFound, Bodies.error("x"))]) == 1)
        #expect(missing.errors == "martlet: there is no app web; try: martlet apps\n")
    }

    @Test("scale waits until as many run")
    func scale() async {
        let two = Bodies.app(Bodies.instance(0, "RUNNING"), Bodies.instance(1, "RUNNING"), desired: 2, running: 2)
        let starting = Bodies.app(
            Bodies.instance(0, "RUNNING"),
            Bodies.instance(1, "CLAIMED"),
            desired: 2,
            running: 1
        )
        let run = ToolRun()
        let patch = Route(.patch, Self.path) { request in
            #expect(String(decoding: request.body, as: UTF8.self) == #"{"instances":2}"#)
            return HTTPResponse(.ok, body: .bytes(Array(starting.utf8)))
        }
        #expect(await run.run("scale web -i 2", routes: [patch, .json(.get, Self.path, .ok, Self.running, two)]) == 0)
        #expect(
            run.output == """
                1 of 2 running, 1 starting
                2 of 2 running
                web/0 http://127.0.0.1:61000
                web/1 http://127.0.0.1:61001

                """
        )
    }

    @Test("delete asks on a terminal, wants --force elsewhere, and is content when there is nothing")
    func delete() async {
        let routes: [Route] = [
            .json(.get, Self.path, .ok, Self.running), Route(.delete, Self.path) { _ in HTTPResponse(.noContent) },
        ]
        let forced = ToolRun()
        #expect(await forced.run("delete web -f", routes: routes) == 0)
        #expect(forced.output == "web is deleted.\n")
        let asked = ToolRun(answers: ["y"])
        #expect(await asked.run("delete web", routes: routes) == 0)
        #expect(asked.output == "Delete web and stop its 1 running instance? [y/N] web is deleted.\n")
        let refused = ToolRun(answers: [""])
        #expect(await refused.run("delete web", routes: routes) == 1)
        #expect(refused.output.hasSuffix("Nothing was changed.\n"))
        let alone = ToolRun()
        #expect(await alone.run("delete web", routes: routes) == 1)
        #expect(alone.errors == "martlet: nobody is here to confirm it; try: the same with --force\n")
        let gone = ToolRun()
        let missing: [Route] = [.json(.get, Self.path, .notFound, Bodies.error("App not found"))]
        #expect(await gone.run("delete web --force", routes: missing) == 0)
        #expect(gone.output == "There is no app web.\n")
    }

    @Test("why prints the server's text")
    func why() async {
        let route = Route(.get, "/martlet/v1/why/{subject}/{index}") { request in
            #expect(request.parameters == ["subject": "web", "index": "1"])
            #expect(request.query == "format=text")
            return .text(.ok, "web/1 waits.")
        }
        let run = ToolRun()
        #expect(await run.run("why web/1", routes: [route]) == 0)
        #expect(run.output == "web/1 waits.\n")
        let unknown = ToolRun()
        let none = Route.json(.get, "/martlet/v1/why/{subject}", .notFound, #"{"error":"nothing of that name"}"#)
        #expect(await unknown.run("why web", routes: [none]) == 1)
        #expect(unknown.errors == "martlet: nothing of that name; try: martlet apps, or martlet lrps\n")
    }
}
