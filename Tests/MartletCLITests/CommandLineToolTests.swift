@testable import MartletCLI
import MartletHTTP
import Testing

@Suite("Command line tool")
struct CommandLineToolTests {
    @Test("without arguments it lists what it can do")
    func overview() async {
        let run = ToolRun()
        let up = ExtraCommand(CommandSpec("up", summary: "run server and cell on this machine")) { _ in 0 }
        #expect(await run.run("", extra: [up]) == 0)
        #expect(
            run.output == """
                Martlet runs Docker images as long-running processes on one machine.

                usage: martlet COMMAND [ARGUMENT …]

                Roles
                  up             run server and cell on this machine

                Commands
                  push           run an image, or a new version of it
                  apps           list what is pushed
                  app            show one app and where its instances answer
                  scale          run more or fewer instances
                  delete         stop an app and forget it
                  why            say what stands in the way
                  feature-flags  list the flags, set one, or see what it stopped
                  convergence    show what the passes decided and did
                  lrps           list every instance and where it runs
                  cells          list the machines and what they have left
                  domains        list the fresh domains
                  events         show what happened, or watch it happen
                  help           explain a command
                  version        print the version

                martlet help COMMAND explains one.

                """
        )
    }

    @Test(
        "the help of every command fits into 80 columns and names its options",
        arguments: Command.all.map(\.spec.name)
    )
    func help(name: String) async throws {
        let (asked, flagged) = (ToolRun(), ToolRun())
        #expect(await asked.run("help \(name)") == 0)
        #expect(await flagged.run("\(name) --help") == 0)
        #expect(asked.output == flagged.output)
        for line in asked.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        let command = try #require(Command.all.first { $0.spec.name == name })
        for option in command.spec.options { #expect(asked.output.contains("--\(option.name)")) }
    }

    @Test("the help of a command")
    func helpText() async {
        let run = ToolRun()
        _ = await run.run("help scale")
        #expect(
            run.output == """
                usage: martlet scale NAME [OPTION …]

                run more or fewer instances.

                  -i, --instances N  how many
                      --no-wait      return when it is written down
                      --json         print JSON instead of a table
                      --bbs URL      BBS API; MARTLET_BBS, or http://127.0.0.1:8889
                      --api URL      operator API; MARTLET_API, or http://127.0.0.1:9022
                  -h, --help         print what the command takes

                Waits until as many instances run. With 0 the app stays, and nothing of it runs.

                """
        )
    }

    @Test(
        "a senseless command line is one sentence, the next step, and status 2",
        arguments: [
            ("pusch", "martlet: unknown command pusch; did you mean push?; try: martlet help\n"),
            ("lrps --jsn", "martlet: unknown option --jsn; did you mean --json?; try: martlet help lrps\n"),
            ("scale web", "martlet: --instances N is missing; try: martlet help scale\n"),
            (
                "scale web -i x",
                "martlet: --instances needs a whole number of 0 or more, not x; try: martlet help scale\n"
            ),
            (
                "push web",
                "martlet: --docker-image REF is missing, or --rootfs preloaded:NAME in its place; try: martlet help push\n"
            ),
            ("push web -o a -m x", "martlet: --memory needs a size such as 64M or 1G, not x; try: martlet help push\n"),
            ("push web -o a --env A", "martlet: --env needs NAME=VALUE, not A; try: martlet help push\n"),
            (
                "feature-flags on x",
                "martlet: it is enable, disable or report, not on; try: martlet help feature-flags\n"
            ),
            ("app", "martlet: NAME is missing; try: martlet help app\n"),
        ]
    )
    func usage(line: String, text: String) async {
        let run = ToolRun()
        #expect(await run.run(line) == 2)
        #expect(run.errors == text)
        #expect(run.output == "")
    }

    @Test("a server that is not there is told with where it was looked for")
    func noServer() async {
        struct Nothing: HTTPTransport {
            func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPAnswer {
                throw .cannotConnect(request.path)
            }
            func open(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStreamingAnswer {
                throw .cannotConnect(request.path)
            }
        }
        for (line, address, option) in [("lrps", "http://b:1", "--bbs"), ("apps", "http://a:2", "--api")] {
            let run = ToolRun()
            let tool = CommandLineTool(
                arguments: [line],
                environment: ["MARTLET_BBS": "http://b:1/", "MARTLET_API": "http://a:2"],
                terminal: run,
                makeTransport: { Nothing() },
                now: { ToolRun.start },
                sleep: { _ in }
            )
            #expect(await tool.run() == 1)
            let next = "sudo martlet up, or name another with \(option) URL"
            #expect(run.errors == "martlet: no server answers at \(address); try: \(next)\n")
        }
    }

    @Test("an extra command gets the rest of the line as it is, and its status is the tool's")
    func extra() async {
        let run = ToolRun()
        let up = ExtraCommand(CommandSpec("up", summary: "run")) { arguments in
            arguments == ["--data", "/x"] ? 7 : 1
        }
        #expect(await run.run("up --data /x", extra: [up]) == 7)
        #expect(await run.run("up --help", extra: [up]) == 0)
        #expect(run.output == "usage: martlet up\n\nrun.\n")
    }

    @Test("the version")
    func version() async {
        let run = ToolRun()
        #expect(await run.run("version") == 0)
        #expect(run.output == "martlet \(CommandLineTool.version)\n")
    }
}
