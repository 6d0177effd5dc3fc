import MartletBBSAPI
import MartletHTTP

/// Why a command did not do what it should: one sentence, and what to do next. Exit status 1.
struct CommandFailure: Error, Hashable, Sendable {
    /// Without a full stop.
    var text: String
    var nextStep: String?
    /// Set when the command line was the reason; exit status 2 then.
    var usage: UsageError?
    /// What the server said, if it was a server that refused.
    var status: HTTPStatus?

    init(_ text: String, nextStep: String? = nil) { (self.text, self.nextStep) = (text, nextStep) }
}

extension CommandFailure {
    init(_ usage: UsageError) {
        self.init(usage.text, nextStep: usage.nextStep)
        self.usage = usage
    }

    /// - Parameter address: where the BBS API was looked for.
    init(_ error: BBSClientError, at address: String) {
        switch error {
        case .transport(.cannotConnect(_)):
            self.init("no server answers at \(address)", nextStep: "sudo martlet up, or name another with --bbs URL")
        case .transport(.timedOut(_)): self.init("the server at \(address) did not answer in time")
        case .status(let status):
            self.init(
                "what answers at \(address) is no BBS that serves (status \(status.rawValue))",
                nextStep: "name another with --bbs URL"
            )
        case .transport, .bbs, .undecodable: self.init("\(error)")
        }
    }
}
