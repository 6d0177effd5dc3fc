import MartletBBSAPI
import MartletModels

extension Command {
    static let lrps = Command(
        CommandSpec(
            "lrps",
            summary: "list every instance and where it runs",
            operands: [CommandSpec.Operand("PROCESS-GUID", isRequired: false)],
            options: [.init("cell", value: "ID", help: "only what this cell holds"), .json],
            details: [
                "Asks the BBS for the actual LRPs. A reason stands below an instance that has crashed or has found no "
                    + "place."
            ]
        )
    ) { context throws(CommandFailure) in
        let filter = ActualLRPsRequest(
            cellID: CellID(context.arguments.value("cell") ?? ""),
            processGUID: ProcessGUID(context.arguments.operand(0) ?? "")
        )
        let lrps = try await context.asking { (bbs) throws(BBSClientError) in try await bbs.actualLRPs(filter) }
        LRPsReport(lrps: lrps.sorted { ($0.key, $0.presence.rawValue) < ($1.key, $1.presence.rawValue) }).print(context)
        return 0
    }
}

/// Instances as a table or as JSON.
struct LRPsReport {
    let lrps: [ActualLRP]

    func print(_ context: CommandContext) {
        if context.wantsJSON { return context.print(json: lrps.map(ActualLRPOutput.init)) }
        guard !lrps.isEmpty else { return context.print("No instances.") }
        var table = Table([
            .init(title: "PROCESS", shrinksTo: 12), .init(title: "INDEX", isNumber: true), .init(title: "STATE"),
            .init(title: "CELL", shrinksTo: 8), .init(title: "ADDRESS"), .init(title: "FOR", isNumber: true),
            .init(title: "CRASHES", isNumber: true),
        ])
        for lrp in lrps { table.rows.append(row(lrp, now: context.now())) }
        context.print(table)
        for lrp in lrps { note(lrp, context) }
    }

    private func row(_ lrp: ActualLRP, now: Timestamp) -> [Table.Cell] {
        [
            Table.Cell(lrp.key.processGUID.rawValue), Table.Cell(String(lrp.key.index)),
            Table.Cell(lrp.stateText, lrp.stateColour), Table.Cell(lrp.instanceKey?.cellID.rawValue ?? "-"),
            Table.Cell(lrp.netInfo?.addressText ?? "-"), Table.Cell(Age.text(now - lrp.since)),
            Table.Cell(String(lrp.crashCount)),
        ]
    }

    private func note(_ lrp: ActualLRP, _ context: CommandContext) {
        let reason: String
        switch lrp.state {
        case .unclaimed where !lrp.placementError.isEmpty: reason = "not placed: " + lrp.placementError
        case .crashed: reason = "crashed: " + lrp.crashReason
        case .unclaimed, .claimed, .running: return
        }
        for line in TextWrap.lines("\(lrp.key) \(reason)", indent: "") { context.print(line) }
    }
}

extension ActualLRP {
    var stateText: String {
        switch presence {
        case .ordinary: state.name.rawValue
        case .evacuating: state.name.rawValue + " (leaving)"
        case .suspect: state.name.rawValue + " (cell lost)"
        }
    }

    var stateColour: Style.Colour? {
        switch state {
        case .running: presence == .ordinary ? .green : .yellow
        case .claimed, .unclaimed: .yellow
        case .crashed: .red
        }
    }
}

extension ActualLRPNetInfo {
    /// Address and first port, as other programs on this network reach it.
    var addressText: String { ports.first.map { "\(address):\($0.hostPort)" } ?? address }
}

/// An instance for `--json`.
struct ActualLRPOutput: Encodable {
    struct Port: Encodable {
        var containerPort: UInt32
        var hostPort: UInt32
    }

    var processGuid: String
    var index: Int
    var domain: String
    var state: String
    var presence: String
    var instanceGuid: String?
    var cellId: String?
    var address: String?
    var instanceAddress: String?
    var ports: [Port]
    var since: String
    var crashCount: Int
    var crashReason: String?
    var placementError: String?

    init(_ lrp: ActualLRP) {
        processGuid = lrp.key.processGUID.rawValue
        index = lrp.key.index
        domain = lrp.key.domain.rawValue
        state = lrp.state.name.rawValue
        presence = "\(lrp.presence)".uppercased()
        instanceGuid = lrp.instanceKey?.instanceGUID.rawValue
        cellId = lrp.instanceKey?.cellID.rawValue
        address = lrp.netInfo?.address
        instanceAddress = lrp.netInfo?.instanceAddress
        ports = (lrp.netInfo?.ports ?? []).map { Port(containerPort: $0.containerPort, hostPort: $0.hostPort) }
        since = ClockTime.iso(lrp.since)
        crashCount = lrp.crashCount
        crashReason = lrp.crashReason.isEmpty ? nil : lrp.crashReason
        placementError = lrp.placementError.isEmpty ? nil : lrp.placementError
    }
}
