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
    var cells: [String]
    var expectedSeconds: Int
    var apps: [App]

    init(_ plan: FlagPlan) {
        enabled = plan.enabled
        token = plan.token
        instances = plan.instances
        waiting = plan.waiting
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

    init(_ report: FlagReport) {
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
