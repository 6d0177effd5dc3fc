import MartletCLI
import MartletHTTP
import Synchronization
import Testing

@Suite("Command convergence")
struct ConvergenceCommandTests {
    private static let path = "/martlet/v1/convergence"
    /// 2026-11-18T11:06:40Z.
    private static let start: Int64 = 1_795_000_000_000_000_000

    private static func cycle(
        _ number: Int,
        triggers: String = #""flag-changed""#,
        decided: String = #""retire":30"#,
        items: String = "",
        failures: String = "",
        braked: String = "",
        missed: String = "",
        days: Int64 = 0
    ) -> String {
        let startedAt = start + days * 86_400_000_000_000
        return #"{"number":\#(number),"triggers":[\#(triggers)],"started_at_nanoseconds":\#(startedAt),"#
            + #""seen":{"instances":{"not-refused":30},"live_cells":4,"fresh_domains":["cf-apps"],"last_event":4711},"#
            + #""decided":{\#(decided)},"items":[\#(items)],"done":{"applied":1,"stops_requested":30,"stopping":2,"#
            + #""auctions_requested":3,"failures":[\#(failures)]},\#(braked)"missed_by_events":[\#(missed)],"#
            + #""durations":{"read":1500000,"plan":300000,"apply":39400000,"total":41200000}}"#
    }

    private static func list(_ cycles: String..., last: String = "null") -> Route {
        .json(.get, path, .ok, #"{"cycles":[\#(cycles.joined(separator: ","))],"last_pass":\#(last)}"#)
    }

    @Test("the last passes stand one below the other, in 80 columns")
    func list() async {
        let run = ToolRun()
        let busy = Self.cycle(
            412,
            triggers: #""cell-disappeared","interval""#,
            decided: #""auction":14,"create":2,"suspect-refused":100000"#,
            failures: #""a","b""#,
            braked: #""braked":"x","#,
            missed: #""create web/0""#
        )
        let route = Self.list(Self.cycle(9), busy, Self.cycle(100_413, days: 1), last: Self.cycle(100_414, days: 1))
        #expect(await run.run("convergence", routes: [route]) == 0)
        #expect(
            run.output == """
                  PASS  TIME      TRIGGER           DECIDED               DONE  FAILED     TOOK
                2026-11-18 UTC
                     9  11:06:40  flag-changed      retire 30               31       0    41 ms
                   412  11:06:40  cell-disappeared  suspect-refused         34       2    41 ms
                                  interval          100000, auction 14,
                                                    create 2
                                  the brake is on: martlet convergence 412
                                  no event led to 1 item of it: a defect
                2026-11-19 UTC
                100413  11:06:40  flag-changed      retire 30               31       0    41 ms
                The last pass, 100414, was just now and found nothing to do.

                """
        )
        #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("before the first pass it says so, and a number of passes is asked for")
    func none() async {
        let run = ToolRun()
        let route = Route(.get, Self.path) { request in
            #expect(request.query == "last=3")
            return HTTPResponse(.ok, body: .bytes(Array(#"{"cycles":[],"last_pass":null}"#.utf8)))
        }
        #expect(await run.run("convergence -n 3", routes: [route]) == 0)
        #expect(run.output == "No pass yet.\n")
    }

    @Test("one pass in full")
    func one() async {
        let items = (0..<30).map { #""retire web/\#($0): diego_docker is disabled, stop i\#($0) on cell-1""# }
        let cycle = Self.cycle(
            412,
            decided: #""retire":230"#,
            items: items.joined(separator: ","),
            failures: #""retire web/7: actual LRP web/7 is gone""#,
            braked: #""braked":"would stop 12 of 12 running instances; desire them again, or release the brake","#
        )
        let run = ToolRun()
        #expect(await run.run("convergence 412", routes: [.json(.get, Self.path + "/{number}", .ok, cycle)]) == 0)
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(
            lines[..<14].joined(separator: "\n") == """
                Pass 412 at 2026-11-18T11:06:40.000Z
                  trigger  flag-changed
                  seen     not-refused 30
                           4 live cells; events up to 4711
                           fresh domains: cf-apps
                  decided  retire 230
                  done     1 record changed, 30 stops asked for
                           2 stopping already, 3 auctions asked for
                  took     41 ms: read 1.5 ms, plan 0.3 ms, apply 39 ms
                  brake    would stop 12 of 12 running instances; desire them again, or release
                           the brake: martlet convergence release
                Items:
                  retire web/0: diego_docker is disabled, stop i0 on cell-1
                  retire web/1: diego_docker is disabled, stop i1 on cell-1
                """
        )
        #expect(
            lines[31...].joined(separator: "\n") == """
                  retire web/19: diego_docker is disabled, stop i19 on cell-1
                  and 210 more; --all shows the first 30
                Failed:
                  retire web/7: actual LRP web/7 is gone
                """
        )
        #expect(lines.allSatisfy { $0.count <= 80 })
        let all = ToolRun()
        _ = await all.run("convergence 412 --all", routes: [.json(.get, Self.path + "/{number}", .ok, cycle)])
        #expect(all.output.contains("  retire web/29: diego_docker is disabled, stop i29 on cell-1\n  and 200 more\n"))
    }

    @Test("what was set aside is counted and named, in the list and in full")
    func faults() async {
        let fault = #""faults":["web/0: stored ActualLRP cannot be read"],"seen":{"set_aside":1,"#
        let cycle = Self.cycle(7).replacing(#""seen":{"#, with: fault)
        let list = ToolRun()
        #expect(await list.run("convergence", routes: [Self.list(cycle)]) == 0)
        #expect(list.output.contains("\n                  1 fault: martlet convergence 7\n"), "\(list.output)")
        let one = ToolRun()
        #expect(await one.run("convergence 7", routes: [.json(.get, Self.path + "/{number}", .ok, cycle)]) == 0)
        #expect(one.output.contains("\n           1 set aside, because no pass can deal with it\n"), "\(one.output)")
        #expect(one.output.contains("\nSet aside:\n  web/0: stored ActualLRP cannot be read\n"))
    }

    @Test("a pass is made now, and told as any other")
    func now() async {
        let run = ToolRun()
        let route = Route.json(.post, Self.path + "/run", .ok, Self.cycle(7, triggers: #""requested""#))
        #expect(await run.run("convergence run", routes: [route]) == 0)
        #expect(run.output.hasPrefix("Pass 7 at 2026-11-18T11:06:40.000Z\n  trigger  requested\n"))
        #expect(await run.run("convergence run --json", routes: [route]) == 0)
        #expect(run.output.contains(#""triggers""#))
    }

    @Test("what is no pass is refused, and one that is not kept is said to be gone")
    func refused() async {
        let run = ToolRun()
        #expect(await run.run("convergence plann") == 2)
        #expect(
            run.errors
                == "martlet: it is the number of a pass, plan, run or release, not plann; "
                + "try: martlet help convergence\n"
        )
        let gone = ToolRun()
        let error =
            #"{"error":"pass 7 found nothing to do or is too old, so it is not kept; the newest that is kept is 9"}"#
        #expect(await gone.run("convergence 7", routes: [.json(.get, Self.path + "/{number}", .notFound, error)]) == 1)
        #expect(
            gone.errors
                == "martlet: pass 7 found nothing to do or is too old, so it is not kept; the newest that is kept is 9\n"
        )
    }

    private static let quiet = #"{"decided":{},"items":[],"withheld":[]}"#
    private static let braked =
        #"{"decided":{"withheld":12},"items":["withheld ghost/0: not desired"],"#
        + #""braked":"would stop 12 of 12 running instances that nobody decided to stop; desire them again, or "#
        + #"release the brake","withheld":["ghost/0: not desired","ghost/1: not desired"]}"#

    @Test("a plan tells what a pass would do, or that there is nothing")
    func plan() async {
        let nothing = ToolRun()
        #expect(await nothing.run("convergence plan", routes: [.json(.get, Self.path + "/plan", .ok, Self.quiet)]) == 0)
        #expect(nothing.output == "A pass would find nothing to do now.\n")
        let some = ToolRun()
        let body = #"{"decided":{"create":1,"retire":40},"items":["retire web/0"],"withheld":[]}"#
        #expect(await some.run("convergence plan", routes: [.json(.get, Self.path + "/plan", .ok, body)]) == 0)
        #expect(
            some.output == """
                A pass would decide now:
                  decided  retire 40, create 1
                Items:
                  retire web/0
                  and 40 more; --all shows them

                """
        )
    }

    @Test("items stay short, unless whole names are asked for, and a list never parts a kind from its number")
    func shortItems() async {
        let guid = "4aa15685-254e-41a1-8969-45d5a381319b-079c7469-0f47-4cbb-ad57-c8902c7b0cc2"
        let body = #"{"decided":{"auction":14,"restart":1},"items":["retire \#(guid)/10: not desired"],"withheld":[]}"#
        let plan = Route.json(.get, Self.path + "/plan", .ok, body)
        let short = ToolRun()
        #expect(await short.run("convergence plan", routes: [plan]) == 0)
        #expect(short.output.contains("\n  retire 4aa15685-254e-41a1-8969-45…/10: not desired\n"))
        let whole = ToolRun()
        #expect(await whole.run("convergence plan --all", routes: [plan]) == 0)
        #expect(whole.output.contains("\(guid)/10:"))
        let listed = ToolRun()
        let cycle = Self.cycle(9, decided: #""auction":14,"restart":1"#)
        #expect(await listed.run("convergence", routes: [Self.list(cycle)]) == 0)
        #expect(listed.output.contains("  auction 14, "))
        #expect(listed.output.contains("  restart 1\n"))
    }

    @Test("releasing the brake shows what is held back, asks, and names who did it")
    func release() async {
        let run = ToolRun(answers: ["y"])
        let released = Route(.post, Self.path + "/release") { request in
            #expect(request.headers["X-Martlet-Operator"] == "ada")
            return HTTPResponse(.accepted, body: .bytes(Array(#"{"released":12}"#.utf8)))
        }
        let plan = Route.json(.get, Self.path + "/plan", .ok, Self.braked)
        let environment = ["NO_COLOR": "1", "USER": "ada"]
        #expect(await run.run("convergence release", environment: environment, routes: [plan, released]) == 0)
        #expect(
            run.output == """
                The brake is on: would stop 12 of 12 running instances that nobody decided to
                stop; desire them again, or release the brake.
                Held back:
                  ghost/0: not desired
                  ghost/1: not desired
                  and 10 more; --all shows them
                Stop these 12 instances? [y/N] 12 instances will stop now; martlet convergence --follow shows it.

                """
        )
        let alone = ToolRun()
        #expect(await alone.run("convergence release", routes: [plan]) == 1)
        #expect(alone.errors == "martlet: nobody is here to confirm it; try: the same with --yes\n")
        let off = ToolRun()
        #expect(await off.run("convergence release", routes: [.json(.get, Self.path + "/plan", .ok, Self.quiet)]) == 0)
        #expect(off.output == "The brake is not on; nothing is held back.\n")
    }

    @Test("following goes on behind the list, and takes a broken stream up where it broke")
    func follow() async {
        let asked = Mutex<[String]>([])
        let stream = Route(.get, Self.path + "/stream") { request in
            let count = asked.withLock { asked in
                asked.append(request.headers["Last-Event-ID"] ?? "")
                return asked.count
            }
            let frame = ServerSentEvent(id: "\(9 + count)", event: "cycle", data: Self.cycle(9 + count)).encoded
            return HTTPResponse(.ok, body: .bytes(count <= 2 ? frame : []))
        }
        let run = ToolRun()
        #expect(await run.run("convergence --follow --json", routes: [Self.list(Self.cycle(9)), stream]) == 1)
        #expect(
            run.output.split(separator: "\n").map { $0.contains(#""started_at_nanoseconds":1795"#) } == [
                true, true, true,
            ]
        )
        #expect(run.errors == "martlet: the server ends the event stream; try: the same command again\n")
        #expect(asked.withLock { $0 } == ["9", "10"] + Array(repeating: "11", count: 10))
    }
}
