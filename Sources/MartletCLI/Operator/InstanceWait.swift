import MartletCloudController
import MartletModels

/// Waits until an app has the instances that were asked for, and says how far it is.
struct InstanceWait {
    let context: CommandContext
    let name: String
    /// From the first look on.
    let deadline: Duration
    /// A refusal must have stood this long, because the next cell may take the instance.
    private static let patience: Duration = .seconds(5)
    private static let interval: Duration = .milliseconds(200)

    enum Outcome: Hashable {
        case complete(AppResource)
        /// One sentence on what stands in the way.
        case stuck(AppResource, String)
    }

    /// - Throws: also when the app goes away, or is replaced by another push.
    func run(from start: AppResource) async throws(CommandFailure) -> Outcome {
        let began = context.now()
        var app = start
        var shown = ""
        while true {
            let progress = Self.progress(app)
            if progress != shown && !context.wantsJSON { context.print(progress) }
            shown = progress
            if Self.isComplete(app) { return .complete(app) }
            if let reason = Self.obstacle(app, patience: Self.patience) { return .stuck(app, reason) }
            guard context.now() - began < deadline, !Task.isCancelled else {
                return .stuck(
                    app,
                    "\(app.runningInstances) of \(app.desiredInstances) instances run after \(Age.text(deadline))"
                )
            }
            await context.sleep(Self.interval)
            guard let next = try await context.operatorAPI.find(OperatorPaths.app(name), AppResource.self) else {
                throw CommandFailure("\(name) has been deleted meanwhile")
            }
            guard next.processGUID == start.processGUID else {
                throw CommandFailure("\(name) has been pushed again meanwhile", nextStep: "martlet app \(name)")
            }
            app = next
        }
    }

    static func isComplete(_ app: AppResource) -> Bool {
        app.runningInstances == app.desiredInstances && app.instances.count == app.desiredInstances
    }

    /// Why waiting on makes little sense.
    static func obstacle(_ app: AppResource, patience: Duration) -> String? {
        for instance in app.instances {
            let details = instance.details ?? "no reason is known"
            if instance.state == "CRASHED" { return "instance \(instance.index) has crashed: \(details)" }
            let isOld = Duration.seconds(instance.stateSeconds) >= patience
            if instance.state == "UNCLAIMED", instance.details != nil, isOld {
                return "instance \(instance.index) finds no place: \(details)"
            }
        }
        return nil
    }

    static func progress(_ app: AppResource) -> String {
        let counts = [("starting", "CLAIMED"), ("waiting for a cell", "UNCLAIMED"), ("crashed", "CRASHED")]
        let others = counts.compactMap { text, state in
            let count = app.instances.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(text)"
        }
        return (["\(app.runningInstances) of \(app.desiredInstances) running"] + others).joined(separator: ", ")
    }
}
