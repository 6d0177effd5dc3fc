import MartletCLI
import MartletHTTP
import Synchronization
import Testing

@Suite("Command feature-flags")
struct FeatureFlagsCommandTests {
    private static let planPath = "/martlet/v1/feature_flags/diego_docker/plan"
    private static let reportPath = "/martlet/v1/feature_flags/diego_docker/report"
    private static let flagPath = "/v3/feature_flags/{name}"
    private static let plan = """
        {"enabled":true,"instances":3,"cells":["cell-1"],"expected_seconds":12,"last_event":41,"apps":[
          {"name":"web","process_guid":"p1","domain":"cf-apps","desired_instances":2,"running_instances":2},
          {"process_guid":"p2","domain":"other","desired_instances":1,"running_instances":1},
          {"name":"idle","process_guid":"p3","domain":"cf-apps","desired_instances":0,"running_instances":0}]}
        """

    private static func report(stopped: Int) -> String {
        let instances = (0..<3).map { index in
            #"{"process_guid":"p1","index":\#(index),"instance_guid":"i\#(index)","cell_id":"cell-1""#
                + (index < stopped ? #","gone_after_seconds":1.\#(index)}"# : "}")
        }
        let times = stopped > 0 ? #""p50_seconds":0.412,"p99_seconds":1.8,"max_seconds":12.34,"# : ""
        return
            #"{"event":42,"changed_at":"2026-11-23T21:00:00Z","changed_by":"operator",\#(times)"stopped":\#(stopped),"#
            + #""remaining":\#(3 - stopped),"instances":[\#(instances.joined(separator: ","))]}"#
    }

    private static let preview = """
        This stops 3 instances on 1 cell, within about 12 s:
        APP  STOPS  DESIRED, KEPT
        web      2              2
        p2       1              1

        """

    /// The plan, the flag, and reports in turn; `patched` counts the changes.
    private func routes(_ patched: Counter, reports: String...) -> [Route] {
        let left = Mutex(reports)
        return [
            .json(.get, Self.planPath, .ok, Self.plan),
            Route(.patch, Self.flagPath) { request in
                #expect(String(decoding: request.body, as: UTF8.self) == #"{"enabled":false}"#)
                patched.increment()
                return HTTPResponse(.ok, body: .bytes(Array(Bodies.flag("diego_docker", false).utf8)))
            },
            Route(.get, Self.reportPath) { request in
                #expect(request.query == "since=41")
                let body = left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                return HTTPResponse(.ok, body: .bytes(Array(body.utf8)))
            },
        ]
    }

    @Test("disabling diego_docker previews, asks, shows progress and reports")
    func disable() async {
        let (run, patched) = (ToolRun(answers: ["yes"]), Counter())
        let reports = routes(
            patched,
            reports: Self.report(stopped: 0),
            Self.report(stopped: 2),
            Self.report(stopped: 3)
        )
        #expect(await run.run("feature-flags disable diego_docker", routes: reports) == 0)
        #expect(patched.value == 1)
        #expect(
            run.output == Self.preview + """
                Disable diego_docker? [y/N] 0 of 3 stopped
                2 of 3 stopped
                3 of 3 stopped
                diego_docker is disabled. 3 instances on 1 cell stopped.
                From the change of the flag to the end: p50 412 ms, p99 1800 ms, max 12.3 s.
                What is desired is kept: martlet feature-flags enable diego_docker.

                """
        )
    }

    @Test("a plan changes nothing, and so does a no")
    func plan() async {
        let patched = Counter()
        let planned = ToolRun()
        let reports = routes(patched, reports: Self.report(stopped: 3))
        #expect(await planned.run("feature-flags disable diego_docker --plan", routes: reports) == 0)
        #expect(planned.output == Self.preview)
        let refused = ToolRun(answers: ["n"])
        #expect(await refused.run("feature-flags disable diego_docker", routes: reports) == 1)
        let alone = ToolRun()
        #expect(await alone.run("feature-flags disable diego_docker", routes: reports) == 1)
        #expect(alone.errors == "martlet: nobody is here to confirm it; try: the same with --yes\n")
        #expect(patched.value == 0)
    }

    @Test("instances that stay are named when patience ends")
    func overdue() async {
        let run = ToolRun()
        let reports = routes(Counter(), reports: Self.report(stopped: 2))
        #expect(await run.run("feature-flags disable diego_docker --yes", routes: reports) == 1)
        #expect(
            run.errors == "martlet: diego_docker is disabled, but after 1 min these still run: "
                + "p1/2 on cell-1; try: martlet cells\n"
        )
    }

    @Test("--json prints the report alone")
    func json() async {
        let run = ToolRun()
        let reports = routes(Counter(), reports: Self.report(stopped: 3))
        #expect(await run.run("feature-flags disable diego_docker --yes --json", routes: reports) == 0)
        #expect(run.output.hasPrefix("{\n"))
        #expect(run.output.contains(#""gone_after_seconds" : 1.2"#))
        #expect(run.output.contains(#""p99_seconds" : 1.8"#))
    }

    @Test("of a flag that is off already, the last change is reported")
    func again() async {
        let run = ToolRun()
        let plan = Self.plan.replacing(#""enabled":true"#, with: #""enabled":false"#)
        let report = Route(.get, Self.reportPath) { request in
            #expect(request.query == nil)
            return HTTPResponse(.ok, body: .bytes(Array(Self.report(stopped: 3).utf8)))
        }
        let routes = [
            .json(.get, Self.planPath, .ok, plan),
            .json(.patch, Self.flagPath, .ok, Bodies.flag("diego_docker", false)), report,
        ]
        #expect(await run.run("feature-flags disable diego_docker", routes: routes) == 0)
        #expect(
            run.output == Self.preview + """
                3 of 3 stopped
                diego_docker is disabled. 3 instances on 1 cell stopped.
                From the change of the flag to the end: p50 412 ms, p99 1800 ms, max 12.3 s.
                What is desired is kept: martlet feature-flags enable diego_docker.

                """
        )
    }

    @Test("other flags are just set, and all are listed")
    func others() async {
        let run = ToolRun()
        let patch = Route.json(.patch, Self.flagPath, .ok, Bodies.flag("diego_docker", true))
        #expect(await run.run("feature-flags enable diego_docker", routes: [patch]) == 0)
        #expect(run.output == "diego_docker is enabled.\n")
        let list = ToolRun()
        let page = """
            {"pagination":{"total_results":1,"total_pages":1,"first":{"href":"a"},"last":{"href":"a"},"next":null,
             "previous":null},"resources":[\(Bodies.flag("diego_docker", true))]}
            """
        #expect(await list.run("feature-flags", routes: [.json(.get, "/v3/feature_flags", .ok, page)]) == 0)
        #expect(
            list.output == """
                NAME          STATE    CHANGED
                diego_docker  enabled  2026-11-23T21:00:00Z

                """
        )
        let wrong = ToolRun()
        #expect(await wrong.run("feature-flags enable diego_doker") == 1)
        #expect(
            wrong.errors
                == "martlet: there is no flag diego_doker; did you mean diego_docker?; try: martlet feature-flags\n"
        )
    }
}

/// Counts, from anywhere.
final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func increment() { count.withLock { $0 += 1 } }
}
