import MartletBBSAPI
import MartletModels

extension Command {
    static let events = Command(
        CommandSpec(
            "events",
            summary: "show what happened, or watch it happen",
            options: [
                .init("follow", short: "f", help: "go on until interrupted"),
                .init("after", value: "NUMBER", help: "begin behind this event; 0 shows all that are kept"),
                .init("cell", value: "ID", help: "only instances of this cell"),
                .json,
            ],
            details: [
                "Without --follow, the kept events are shown; with it, only those from now on, unless --after says "
                    + "where to begin. With --json every line is one event."
            ]
        )
    ) { context throws(CommandFailure) in
        let follows = context.arguments.isSet("follow")
        let start = try context.number("after").map(String.init) ?? (follows ? nil : "0")
        let cell = CellID(context.arguments.value("cell") ?? "")
        let stream = try await context.asking { (bbs) throws(BBSClientError) in
            try await bbs.events(cellID: cell, lastEventID: start)
        }
        do {
            try await EventPrinter(context: context).print(stream, endsWhenQuiet: !follows)
        } catch let error as BBSClientError {
            throw CommandFailure(error, at: context.bbsAddress)
        } catch {
            throw CommandFailure("the event stream broke: \(error)", nextStep: "the same command again")
        }
        guard follows, !Task.isCancelled else { return 0 }
        throw CommandFailure("the server ended the event stream", nextStep: "the same command again")
    }
}

/// Prints events as they come.
struct EventPrinter {
    let context: CommandContext
    /// A stream that replays what is kept has no mark where the present begins, so silence of this length is it.
    private static let quiet: Duration = .milliseconds(400)

    func print(_ stream: AsyncThrowingStream<ReceivedEvent, any Error>, endsWhenQuiet: Bool) async throws {
        let seen = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await event in stream {
                    await seen.increment()
                    context.print(line(event))
                }
            }
            if endsWhenQuiet {
                group.addTask {
                    var before = -1
                    while await seen.value != before, !Task.isCancelled {
                        before = await seen.value
                        await context.sleep(Self.quiet)
                    }
                }
            }
            try await group.next()
            group.cancelAll()
        }
        if endsWhenQuiet, await seen.value == 0, !context.wantsJSON { context.print("No events.") }
    }

    private func line(_ event: ReceivedEvent) -> String {
        if context.wantsJSON { return JSONText.line(EventOutput(event)) }
        let output = EventOutput(event)
        let number = context.style.paint(output.id, .faint)
        return [number, event.event.time.map(ClockTime.timeOfDay), output.name, output.text].compactMap { $0 }
            .joined(separator: " ")
    }

    private actor Counter {
        private(set) var value = 0
        func increment() { value += 1 }
    }
}

/// An event for people and for `--json`.
struct EventOutput: Encodable {
    var id: String
    var name: String
    var processGuid: String
    var index: Int?
    var time: String?
    var text: String
    var traceId: String?

    init(_ received: ReceivedEvent) {
        id = received.id
        name = received.event.name
        traceId = received.traceID.isEmpty ? nil : received.traceID
        time = received.event.time.map(ClockTime.iso)
        (processGuid, index, text) = received.event.summary
    }
}

extension InstanceEvent {
    /// When it happened, where the event says so.
    var time: Timestamp? {
        switch self {
        case .desiredLRPCreated, .desiredLRPChanged, .desiredLRPRemoved, .actualLRPRemoved: nil
        case .actualLRPCreated(let lrp): lrp.since
        case .actualLRPChanged(_, _, _, let after): after.since
        case .actualLRPCrashed(_, _, _, _, let since): since
        }
    }

    /// What it is about, and what happened.
    var summary: (processGUID: String, index: Int?, text: String) {
        switch self {
        case .desiredLRPCreated(let lrp):
            (lrp.processGUID.rawValue, nil, "\(lrp.processGUID): \(lrp.instances) of \(lrp.rootFS)")
        case .desiredLRPChanged(let before, let after):
            (
                after.processGUID.rawValue, nil,
                "\(after.processGUID): \(before.instances) → \(after.instances) instances"
            )
        case .desiredLRPRemoved(let lrp): (lrp.processGUID.rawValue, nil, "\(lrp.processGUID)")
        case .actualLRPCreated(let lrp), .actualLRPRemoved(let lrp):
            (lrp.key.processGUID.rawValue, lrp.key.index, "\(lrp.key) \(lrp.stateText)" + Self.place(lrp.instanceKey))
        case .actualLRPChanged(let key, let instance, let before, let after):
            (
                key.processGUID.rawValue, key.index,
                "\(key) \(before.state.rawValue) → \(after.state.rawValue)" + Self.place(instance)
                    + Self.reason(after)
            )
        case .actualLRPCrashed(let key, let instance, let count, let reason, _):
            (
                key.processGUID.rawValue, key.index,
                "\(key) crashed for the \(Self.ordinal(count)) time" + Self.place(instance) + ": \(reason)"
            )
        }
    }

    private static func place(_ instance: ActualLRPInstanceKey?) -> String { instance.map { " on \($0.cellID)" } ?? "" }

    private static func reason(_ info: ActualLRPInfo) -> String {
        info.state == .unclaimed && !info.placementError.isEmpty ? ": \(info.placementError)" : ""
    }

    private static func ordinal(_ count: Int) -> String {
        let suffix =
            switch (count % 10, count % 100) {
            case (1, let rest) where rest != 11: "st"
            case (2, let rest) where rest != 12: "nd"
            case (3, let rest) where rest != 13: "rd"
            default: "th"
            }
        return "\(count)\(suffix)"
    }
}
