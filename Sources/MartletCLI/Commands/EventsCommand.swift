import MartletBBSAPI
import MartletHTTP
import MartletModels

extension Command {
    static let events = Command(
        CommandSpec(
            "events",
            summary: "show what happened, or watch it happen",
            options: [
                .init("follow", short: "f", help: "go on until interrupted"),
                .init("last", short: "n", value: "N", help: "begin N events ago; 100, at most 1000"),
                .init("after", value: "NUMBER", help: "begin behind this event; 0 shows all that are kept"),
                .init("cell", value: "ID", help: "only what concerns this cell"), .json,
            ],
            details: [
                "Instances, what is desired, flags, cells and domains: every change has a number, without gaps. With "
                    + "--follow, nothing is missing and nothing is told twice, also when the server was away for a "
                    + "moment. With --json every line is one event."
            ]
        )
    ) { context throws(CommandFailure) in
        var reader = EventReader(context: context, cell: context.arguments.value("cell"))
        try await reader.showPast(after: try context.number("after"), last: try context.number("last") ?? 100)
        if context.arguments.isSet("follow") {
            try await reader.follow()
        } else if reader.shown == 0, !context.wantsJSON {
            context.print("No events.")
        }
        return 0
    }
}

/// Reads the past by pages and what follows as a stream. Its position is the number up to which it has seen all.
struct EventReader {
    let context: CommandContext
    let cell: String?
    private(set) var shown = 0
    private var position: Int64 = 0
    private var printer: EventPrinter

    init(context: CommandContext, cell: String?) {
        self.context = context
        self.cell = cell
        printer = EventPrinter(context: context)
    }

    mutating func showPast(after: Int?, last: Int) async throws(CommandFailure) {
        guard after == nil else {
            position = Int64(after ?? 0)
            return try await catchUp()
        }
        show(try await context.operatorAPI.get(OperatorPaths.events(last: last, cell: cell)))
    }

    /// Shows what has happened since `position`.
    private mutating func catchUp() async throws(CommandFailure) {
        while true {
            let path = OperatorPaths.events(after: position, cell: cell)
            let page: EventPage = try await context.operatorAPI.get(path)
            show(page)
            guard !page.isComplete else { return }
        }
    }

    private mutating func show(_ page: EventPage) {
        page.events.forEach { printer.print($0) }
        shown += page.events.count
        position = page.through
    }

    /// Goes on until cancelled.
    mutating func follow() async throws(CommandFailure) {
        let (context, cell) = (context, cell)
        try await context.follow(behind: position) { (number) throws(CommandFailure) in
            try await context.operatorAPI.events(after: number, cell: cell)
        } show: { record in
            printer.print(record)
            return record.number
        }
    }
}
