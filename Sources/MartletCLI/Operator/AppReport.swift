import MartletCloudController
import MartletModels

/// One app in full, or many in a line each.
struct AppReport {
    let context: CommandContext

    func print(_ apps: [AppResource]) {
        if context.wantsJSON { return context.print(json: apps.map(AppOutput.init)) }
        guard !apps.isEmpty else { return context.print("No apps; martlet push NAME --docker-image REF makes one.") }
        var table = Table([
            .init(title: "NAME", shrinksTo: 12), .init(title: "RUNNING", isNumber: true),
            .init(title: "MEMORY", isNumber: true), .init(title: "DISK", isNumber: true),
            .init(title: "IMAGE", shrinksTo: 20),
        ])
        for app in apps {
            table.rows.append([
                Table.Cell(app.name), running(app), Table.Cell("\(app.memoryMB) MiB"), Table.Cell("\(app.diskMB) MiB"),
                Table.Cell(app.image),
            ])
        }
        context.print(table)
    }

    func print(_ app: AppResource) {
        if context.wantsJSON { return context.print(json: AppOutput(app)) }
        let rows = [
            ("name", app.name), ("image", app.image), ("digest", app.imageDigest ?? "none; it is on the cells already"),
            ("process", app.processGUID),
            ("limits", "\(app.memoryMB) MiB memory, \(app.diskMB) MiB disk"),
            ("command", app.command ?? "the image's own"), ("health check", app.healthCheckType.rawValue),
            ("pushed", app.updatedAt), ("running", "\(app.runningInstances) of \(app.desiredInstances)"),
        ]
        for (title, text) in rows {
            let padded = title + String(repeating: " ", count: 14 - title.count)
            context.print(context.style.paint(padded, .faint) + text)
        }
        guard !app.instances.isEmpty else { return }
        context.print()
        printInstances(app)
    }

    private func printInstances(_ app: AppResource) {
        var table = Table([
            .init(title: "INDEX", isNumber: true), .init(title: "STATE"), .init(title: "FOR", isNumber: true),
            .init(title: "CELL", shrinksTo: 8), .init(title: "CRASHES", isNumber: true), .init(title: "URL"),
        ])
        for instance in app.instances {
            let state = instance.state + (instance.isBeingReplaced ? " (being replaced)" : "")
            table.rows.append([
                Table.Cell(String(instance.index)), Table.Cell(state, instance.stateColour),
                Table.Cell(Age.text(.seconds(instance.stateSeconds))), Table.Cell(instance.cellID ?? "-"),
                Table.Cell(String(instance.crashCount)), Table.Cell(instance.url ?? "-"),
            ])
        }
        context.print(table)
        for instance in app.instances {
            guard let details = instance.details else { continue }
            for line in TextWrap.lines("\(app.name)/\(instance.index): \(details)") { context.print(line) }
        }
    }

    private func running(_ app: AppResource) -> Table.Cell {
        let isComplete = app.runningInstances >= app.desiredInstances
        return Table.Cell("\(app.runningInstances)/\(app.desiredInstances)", isComplete ? .green : .yellow)
    }
}
