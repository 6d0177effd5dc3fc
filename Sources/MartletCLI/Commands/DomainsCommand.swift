import MartletBBSAPI
import MartletModels

extension Command {
    static let domains = Command(
        CommandSpec(
            "domains",
            summary: "list the fresh domains",
            options: [.json],
            details: [
                "While a domain is fresh, its desired LRPs are known to be complete, so that instances which nobody "
                    + "desires may be stopped."
            ]
        )
    ) { context throws(CommandFailure) in
        let domains = try await context.asking { (bbs) throws(BBSClientError) in try await bbs.domains() }
        let names = domains.map(\.rawValue).sorted()
        if context.wantsJSON {
            context.print(json: names)
        } else if names.isEmpty {
            context.print("No domain is fresh.")
        } else {
            for name in names { context.print(name) }
        }
        return 0
    }
}
