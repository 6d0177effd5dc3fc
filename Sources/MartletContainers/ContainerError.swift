public import MartletLinux

/// Why something could not be done with a container.
public enum ContainerError: Error, Hashable, Sendable {
    case unknownContainer(ContainerID)
    case alreadyExists(ContainerID)
    /// The request itself cannot work: a bad user, directory, port or limit.
    case invalid(String)
    /// The executable does not exist in the container, is not in `PATH`, or may not be executed.
    case executableNotFound(String)
    /// "unable to find user NAME: no matching entries in passwd file"
    case unknownUser(String)
    case processIDInUse(String)
    /// The container's init process has ended; only `destroy` helps.
    case notRunning(ContainerID)
    case noSubnetsLeft
    case noHostPortsLeft
    /// The machine lacks something that every container needs; the text says what to do.
    case hostNotReady(String)
    /// The OCI runtime or the supervisor failed; its own words.
    case runtime(String)
    case firewall(String)
    case system(Errno)
    case timedOut(String)
    /// What `destroy` could not remove. It may be tried again.
    case leftovers(ContainerID, [String])
}

extension ContainerError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownContainer(let id): "unknown handle: \(id)"
        case .alreadyExists(let id): "Handle '\(id)' already in use"
        case .invalid(let text), .hostNotReady(let text), .executableNotFound(let text): text
        case .unknownUser(let name): "unable to find user \(name): no matching entries in passwd file"
        case .processIDInUse(let id): "process ID '\(id)' already in use"
        case .notRunning(let id): "container \(id) is not running"
        case .noSubnetsLeft: "insufficient subnets remaining in the pool"
        case .noHostPortsLeft: "insufficient ports remaining in the pool"
        case .runtime(let text): "runtime: \(text)"
        case .firewall(let text): "firewall: \(text)"
        case .system(let error): "\(error)"
        case .timedOut(let what): "timed out: \(what)"
        case .leftovers(let id, let what): "container \(id) not fully destroyed: \(what.joined(separator: "; "))"
        }
    }
}
