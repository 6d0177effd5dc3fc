import MartletCloudController

/// The preview for `--json`.
struct FlagPlanOutput: Encodable {
    struct App: Encodable {
        var name: String?
        var processGuid: String
        var domain: String
        var desiredInstances: Int
        var runningInstances: Int
    }

    var enabled: Bool
    var token: String
    var instances: Int
    var waiting: Int
    var tasks: Int
    var taskGuids: [String]
    var waitingTasks: Int
    var cells: [String]
    var expectedSeconds: Int
    var apps: [App]

    init(_ plan: FlagPlan) {
        enabled = plan.enabled
        token = plan.token
        instances = plan.instances
        waiting = plan.waiting
        tasks = plan.tasks
        taskGuids = plan.taskGUIDs
        waitingTasks = plan.waitingTasks
        cells = plan.cells
        expectedSeconds = plan.expectedSeconds
        apps = plan.apps.map { app in
            App(
                name: app.name,
                processGuid: app.processGUID,
                domain: app.domain,
                desiredInstances: app.desiredInstances,
                runningInstances: app.runningInstances
            )
        }
    }
}

/// The closing report for `--json`.
struct FlagReportOutput: Encodable {
    struct Instance: Encodable {
        var app: String?
        var processGuid: String
        var index: Int
        var instanceGuid: String
        var cellId: String
        var goneAfterSeconds: Double?
    }

    struct Tasks: Encodable {
        struct Task: Encodable {
            var guid: String
            var cellId: String
            var goneAfterSeconds: Double?
        }

        var stopped: Int
        var remaining: Int
        var p50Seconds: Double?
        var p99Seconds: Double?
        var maxSeconds: Double?
        var list: [Task]

        init(_ tasks: FlagReport.Tasks) {
            stopped = tasks.stopped
            remaining = tasks.remaining
            p50Seconds = tasks.p50Seconds
            p99Seconds = tasks.p99Seconds
            maxSeconds = tasks.maxSeconds
            list = tasks.list.map { task in
                Task(guid: task.guid, cellId: task.cellID, goneAfterSeconds: task.goneAfterSeconds)
            }
        }
    }

    var changedAt: String
    var changedBy: String
    var enabledAgainAt: String?
    var isMissingBefore: Int64?
    var stopped: Int
    var remaining: Int
    var p50Seconds: Double?
    var p99Seconds: Double?
    var maxSeconds: Double?
    var instances: [Instance]
    var tasks: Tasks

    init(_ report: FlagReport) {
        tasks = Tasks(report.tasks)
        changedAt = report.changedAt
        changedBy = report.changedBy
        enabledAgainAt = report.enabledAgainAt
        isMissingBefore = report.isMissingBefore
        stopped = report.stopped
        remaining = report.remaining
        p50Seconds = report.p50Seconds
        p99Seconds = report.p99Seconds
        maxSeconds = report.maxSeconds
        instances = report.instances.map { instance in
            Instance(
                app: instance.app,
                processGuid: instance.processGUID,
                index: instance.index,
                instanceGuid: instance.instanceGUID,
                cellId: instance.cellID,
                goneAfterSeconds: instance.goneAfterSeconds
            )
        }
    }
}
