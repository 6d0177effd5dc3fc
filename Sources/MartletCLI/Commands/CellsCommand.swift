import MartletBBSAPI
import MartletModels

extension Command {
    static let cells = Command(
        CommandSpec(
            "cells",
            summary: "list the machines and what they have left",
            options: [.json],
            details: [
                "Asks the BBS for the living cells, and each cell for what it has left of memory, disk and "
                    + "containers."
            ]
        )
    ) { context throws(CommandFailure) in
        let cells = try await context.asking { (bbs) throws(BBSClientError) in try await bbs.cells() }
        let rep = RepClient(transport: context.transport, timeout: .seconds(3))
        let sorted = cells.sorted { $0.cellID < $1.cellID }
        let rows = await withTaskGroup { group in
            for (place, cell) in sorted.enumerated() {
                group.addTask { (place, CellOutput(cell, try? await rep.state(of: cell))) }
            }
            return await group.reduce(into: [(Int, CellOutput)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        if context.wantsJSON { context.print(json: rows) } else { show(rows, context) }
        return 0
    }

    private static func show(_ rows: [CellOutput], _ context: CommandContext) {
        guard !rows.isEmpty else { return context.print("No cell is alive.") }
        var table = Table([
            .init(title: "CELL", shrinksTo: 10), .init(title: "STATE"), .init(title: "ADDRESS", shrinksTo: 16),
            .init(title: "MEMORY", isNumber: true), .init(title: "DISK", isNumber: true),
            .init(title: "CONTAINERS", isNumber: true),
        ])
        for row in rows {
            table.rows.append([
                Table.Cell(row.cellId), Table.Cell(row.state, row.state == "up" ? .green : .yellow),
                Table.Cell(row.address), Table.Cell(row.used(\.memoryMb)), Table.Cell(row.used(\.diskMb)),
                Table.Cell(row.used(\.containers)),
            ])
        }
        context.print(table)
        context.print("In use of all there is, in MiB.")
    }
}

/// A cell for the table and for `--json`.
struct CellOutput: Encodable, Sendable {
    struct Resources: Encodable, Sendable {
        var memoryMb: Int
        var diskMb: Int
        var containers: Int

        init(_ capacity: CellCapacity) {
            (memoryMb, diskMb, containers) = (capacity.memoryMB, capacity.diskMB, capacity.containers)
        }
    }

    var cellId: String
    var address: String
    var zone: String
    /// `up`, `draining`, or `no answer`.
    var state: String
    var total: Resources
    /// `nil` when the cell does not answer.
    var available: Resources?
    var rootFsProviders: [String]
    var instances: Int?

    init(_ presence: CellPresence, _ answer: CellState?) {
        cellId = presence.cellID.rawValue
        address = presence.repURL.isEmpty ? presence.repAddress : presence.repURL
        zone = presence.zone
        state = answer.map { $0.evacuating ? "draining" : "up" } ?? "no answer"
        total = Resources(presence.capacity)
        available = answer.map { Resources($0.available) }
        rootFsProviders = presence.rootFSProviders.map { provider in
            provider.properties.isEmpty
                ? provider.name : provider.properties.map { "\(provider.name):\($0)" }.joined(separator: ",")
        }
        instances = answer?.lrps.count
    }

    func used(_ dimension: KeyPath<Resources, Int>) -> String {
        let all = total[keyPath: dimension]
        return (available.map { String(all - $0[keyPath: dimension]) } ?? "?") + "/\(all)"
    }
}
