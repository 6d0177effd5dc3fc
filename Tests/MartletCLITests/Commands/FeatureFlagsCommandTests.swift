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
        {"enabled":true,"token":"41-3-0123456789ab","instances":3,"waiting":0,"stopping_apps":2,"cells":["cell-1"],
         "tasks":0,"task_guids":[],"waiting_tasks":0,
         "expected_seconds":12,"last_event":41,"apps":[
          {"name":"web","process_guid":"p1","domain":"cf-apps","desired_instances":2,"running_instances":2},
          {"process_guid":"p2","domain":"other","desired_instances":1,"running_instances":1},
          {"name":"idle","process_guid":"p3","domain":"cf-apps","desired_instances":0,"running_instances":0}]}
        """

    private static func progress(stopped: Int, enabled: Bool = false) -> String {
        #"{"enabled":\#(enabled),"running":\#(3 - stopped),"tasks":0}"#
    }

    private static let noTasks = #"{"list":[],"cells":0,"stopped":0,"remaining":0}"#

    private static func report(stopped: Int, more: String = "", tasks: String = noTasks) -> String {
        let instances = (0..<3).map { index in
            #"{"app":"web","process_guid":"p1","index":\#(index),"instance_guid":"i\#(index)","cell_id":"cell-1""#
                + (index < stopped ? #","gone_after_seconds":1.\#(index)}"# : "}")
        }
        let times = stopped > 0 ? #""p50_seconds":0.412,"p99_seconds":1.8,"max_seconds":12.34,"# : ""
        return
            #"{"event":42,"changed_at":"2026-11-23T21:00:00Z","changed_by":"operator",\#(more)\#(times)"cells":1,"stopped":\#(stopped),"#
            + #""remaining":\#(3 - stopped),"instances":[\#(instances.joined(separator: ","))],"tasks":\#(tasks)}"#
    }

    private static let preview = """
        This stops 3 instances on 1 cell, within about 12 s:
        APP  STOPS  DESIRED, KEPT
        web      2              2
        p2       1              1

        """

    private static let closing = """
        diego_docker is disabled.
        3 instances on 1 cell stopped.
        From the change of the flag to the end: p50 412 ms, p99 1800 ms, max 12.3 s.
        INSTANCE  CELL    STOPPED AFTER
        web/0     cell-1        1000 ms
        web/1     cell-1        1100 ms
        web/2     cell-1        1200 ms
        What is desired is kept: martlet feature-flags enable diego_docker.

        """

    /// The plan, the flag, how far it has come in turn, and the report; `patches` gets the token of each change.
    private func routes(
        _ patches: Tokens,
        stopped: Int...,
        plan: String = Self.plan,
        report: String? = nil,
        since: String = "since=41&limit=10"
    ) -> [Route] {
        let left = Mutex(stopped)
        return [
            .json(.get, Self.planPath, .ok, plan),
            Route(.patch, Self.flagPath) { request in
                #expect(String(decoding: request.body, as: UTF8.self) == #"{"enabled":false}"#)
                #expect(request.headers["X-Martlet-Operator"] == "ada")
                patches.note(request.headers["X-Martlet-Plan"])
                return HTTPResponse(.ok, body: .bytes(Array(Bodies.flag("diego_docker", false).utf8)))
            },
            Route(.get, Self.planPath.replacing("plan", with: "progress")) { _ in
                let count = left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                return HTTPResponse(.ok, body: .bytes(Array(Self.progress(stopped: count).utf8)))
            },
            Route(.get, Self.reportPath) { request in
                #expect(request.query == since)
                return HTTPResponse(.ok, body: .bytes(Array((report ?? Self.report(stopped: 3)).utf8)))
            },
        ]
    }

    private let user = ["NO_COLOR": "1", "USER": "root", "SUDO_USER": "ada"]

    @Test("disabling diego_docker previews, asks, does what was agreed to, shows progress and reports")
    func disable() async {
        let (run, patches) = (ToolRun(answers: ["yes"]), Tokens())
        let routes = routes(patches, stopped: 0, 2, 3)
        #expect(await run.run("feature-flags disable diego_docker", environment: user, routes: routes) == 0)
        #expect(patches.value == ["41-3-0123456789ab"])
        #expect(
            run.output == Self.preview + """
                Disable diego_docker? [y/N] 0 of 3 stopped
                2 of 3 stopped
                3 of 3 stopped

                """ + Self.closing
        )
    }

    @Test("when something else would stop by then, it is asked again, and a token given by hand is refused")
    func changedMeanwhile() async {
        let run = ToolRun(answers: ["yes", "no"])
        let error = Bodies.error("Nothing was changed: 2 more would stop than in that plan; look again.")
        let routes: [Route] = [
            .json(.get, Self.planPath, .ok, Self.plan), .json(.patch, Self.flagPath, .conflict, error),
        ]
        #expect(await run.run("feature-flags disable diego_docker", environment: user, routes: routes) == 1)
        #expect(
            run.output == Self.preview
                + "Disable diego_docker? [y/N] What would stop has changed meanwhile, so nothing was done. Now:\n"
                + Self.preview + "Disable diego_docker? [y/N] Nothing was changed.\n"
        )
        let alone = ToolRun()
        #expect(await alone.run("feature-flags disable diego_docker --token 40-1-ab", routes: routes) == 1)
        #expect(
            alone.errors == "martlet: Nothing was changed: 2 more would stop than in that plan; look again\n"
        )
    }

    @Test("a token given by hand is sent without a question, and --yes sends none")
    func byHand() async {
        let patches = Tokens()
        let routes = routes(patches, stopped: 3)
        for option in ["--token 40-1-ab", "--yes"] {
            let line = "feature-flags disable diego_docker \(option)"
            #expect(await ToolRun().run(line, environment: user, routes: routes) == 0)
        }
        #expect(patches.value == ["40-1-ab", nil])
    }

    @Test("a plan changes nothing, and so does a no")
    func plan() async {
        let patches = Tokens()
        let planned = ToolRun()
        let routes = routes(patches, stopped: 3)
        #expect(await planned.run("feature-flags disable diego_docker --plan", routes: routes) == 0)
        #expect(
            planned.output == Self.preview + """
                To do this, or nothing if something else would stop by then:
                  martlet feature-flags disable diego_docker --token 41-3-0123456789ab

                """
        )
        let refused = ToolRun(answers: ["n"])
        #expect(await refused.run("feature-flags disable diego_docker", routes: routes) == 1)
        let alone = ToolRun()
        #expect(await alone.run("feature-flags disable diego_docker", routes: routes) == 1)
        #expect(alone.errors == "martlet: nobody is here to confirm it; try: the same with --yes\n")
        #expect(patches.value == [])
    }

    @Test("a plan of many apps names the largest, and counts the rest and what waits")
    func large() async {
        let run = ToolRun()
        let plan = Self.plan.replacing(#""waiting":0,"stopping_apps":2"#, with: #""waiting":1,"stopping_apps":812"#)
        let route = Route(.get, Self.planPath) { request in
            #expect(request.query == "limit=20")
            return HTTPResponse(.ok, body: .bytes(Array(plan.utf8)))
        }
        #expect(await run.run("feature-flags disable diego_docker --plan", routes: [route]) == 0)
        #expect(
            run.output.hasPrefix(
                Self.preview + """
                    And 810 more apps; --all shows them.
                    1 crashed instance, waiting for the next try, will not be started again.

                    """
            )
        )
    }

    @Test("tasks are previewed and reported beside instances, in 80 columns")
    func tasks() async {
        let run = ToolRun()
        let guids = (0..<20).map { #""nightly-export-of-region-\#($0)""# }.joined(separator: ",")
        let plan = Self.plan.replacing(
            #""tasks":0,"task_guids":[],"waiting_tasks":0"#,
            with: #""tasks":21,"task_guids":[\#(guids)],"waiting_tasks":2"#
        )
        #expect(
            await run.run("feature-flags disable diego_docker --plan", routes: [.json(.get, Self.planPath, .ok, plan)])
                == 0
        )
        let lines = run.output.split(separator: "\n")
        #expect(lines.first == "This stops 3 instances and 21 tasks on 1 cell, within about 12 s:")
        #expect(run.output.contains("Tasks that fail and are not run again: nightly-export-of-region-0,"))
        #expect(run.output.replacing("\n", with: " ").contains("-region-19 and 1 more; --all shows them. 2 tasks"))
        #expect(run.output.contains("2 tasks that wait for a cell will wait until the flag is enabled again"))
        #expect(lines.allSatisfy { $0.count <= 80 })
        let tasks =
            #"{"list":[{"guid":"t2","cell_id":"cell-1"},{"guid":"t1","cell_id":"cell-1","gone_after_seconds":0.02}],"#
            + #""cells":1,"stopped":1,"remaining":1,"p50_seconds":0.02,"p99_seconds":0.02,"max_seconds":0.02}"#
        let reported = ToolRun()
        let report = Self.report(stopped: 3, tasks: tasks)
        let routes = routes(Tokens(), stopped: 3, report: report, since: "limit=10")
        #expect(await reported.run("feature-flags report", routes: routes) == 0)
        #expect(
            reported.output.hasSuffix(
                """
                1 task on 1 cell stopped, 1 remained.
                From the change of the flag to the end: p50 20 ms, p99 20 ms, max 20 ms.
                TASK  CELL    STOPPED AFTER
                t2    cell-1    still there
                t1    cell-1          20 ms

                """
            ),
            "\(reported.output)"
        )
    }

    @Test("instances that stay are named when patience ends")
    func overdue() async {
        let run = ToolRun()
        let report = Self.report(stopped: 2)
        let routes = routes(Tokens(), stopped: 2, report: report)
        let line = "feature-flags disable diego_docker --yes"
        #expect(await run.run(line, environment: user, routes: routes) == 1)
        #expect(
            run.errors == "martlet: diego_docker is disabled, but after 1 min these still run: "
                + "web/2 on cell-1; try: martlet cells\n"
        )
    }

    @Test("somebody who sets the flag again ends the waiting")
    func enabledAgain() async {
        let run = ToolRun()
        let again = #""enabled_again_at":"2026-11-23T21:00:01Z","#
        var routes = routes(Tokens(), stopped: 1, report: Self.report(stopped: 1, more: again))
        routes[2] = .json(
            .get,
            Self.planPath.replacing("plan", with: "progress"),
            .ok,
            Self.progress(stopped: 1, enabled: true)
        )
        let line = "feature-flags disable diego_docker --yes"
        #expect(await run.run(line, environment: user, routes: routes) == 0)
        #expect(
            run.output == Self.preview + """
                1 of 3 stopped
                diego_docker is enabled again: somebody else has set it meanwhile.
                1 instance on 1 cell stopped, 2 remained.
                From the change of the flag to the end: p50 412 ms, p99 1800 ms, max 12.3 s.
                INSTANCE  CELL    STOPPED AFTER
                web/0     cell-1        1000 ms
                web/1     cell-1    still there
                web/2     cell-1    still there

                """
        )
    }

    @Test("--json prints the report alone, with every instance")
    func json() async {
        let run = ToolRun()
        let routes = routes(Tokens(), stopped: 3, since: "since=41")
        let line = "feature-flags disable diego_docker --yes --json"
        #expect(await run.run(line, environment: user, routes: routes) == 0)
        #expect(run.output.hasPrefix("{\n"))
        #expect(run.output.contains(#""gone_after_seconds" : 1.2"#))
        #expect(run.output.contains(#""p99_seconds" : 1.8"#))
    }

    @Test("of a flag that is off already, the last change is reported")
    func again() async {
        let run = ToolRun()
        let plan = Self.plan.replacing(#""enabled":true"#, with: #""enabled":false"#)
        let routes = routes(Tokens(), stopped: 3, plan: plan, since: "limit=10")
        #expect(await run.run("feature-flags disable diego_docker", environment: user, routes: routes) == 0)
        #expect(
            run.output == "diego_docker is disabled already; 3 instances still to stop.\n3 of 3 stopped\n"
                + Self.closing
        )
    }

    @Test("a report can be had later, and says what it cannot know")
    func report() async {
        let run = ToolRun()
        let report = Self.report(stopped: 3, more: #""is_missing_before":77,"#)
        let routes = routes(Tokens(), stopped: 3, report: report, since: "limit=10")
        #expect(await run.run("feature-flags report", routes: routes) == 0)
        #expect(
            run.output.hasPrefix(
                """
                diego_docker was disabled at 2026-11-23T21:00:00Z by operator.
                Events before 77 have been deleted: what stopped before that is not told here.
                3 instances on 1 cell stopped.

                """
            )
        )
        let other = ToolRun()
        #expect(await other.run("feature-flags report app_scaling") == 1)
        #expect(other.errors == "martlet: app_scaling stops nothing, so there is no report\n")
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

/// The tokens that changes came with.
private final class Tokens: Sendable {
    private let tokens = Mutex<[String?]>([])
    var value: [String?] { tokens.withLock { $0 } }
    func note(_ token: String?) { tokens.withLock { $0.append(token) } }
}
