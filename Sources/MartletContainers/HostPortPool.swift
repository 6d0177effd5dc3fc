/// The host's ports for containers. Released ones go to the end, so that a port is not used again soon.
struct HostPortPool: Hashable, Sendable {
    private var free: [UInt16]
    private var used: Set<UInt16> = []

    init(_ range: ClosedRange<UInt16>) {
        free = Array(range)
    }

    /// `count` different ports, or nil and no change when there are not as many.
    mutating func take(_ count: Int) -> [UInt16]? {
        guard count <= free.count else { return nil }
        let taken = Array(free.prefix(count))
        free.removeFirst(count)
        used.formUnion(taken)
        return taken
    }

    /// Marks ports of an adopted container as used; one outside the range needs no mark.
    mutating func reserve(_ ports: [UInt16]) {
        used.formUnion(ports.filter { free.contains($0) })
        free.removeAll { used.contains($0) }
    }

    /// Ports that are not used are ignored, so a release may be repeated.
    mutating func release(_ ports: [UInt16]) {
        for port in ports where used.remove(port) != nil { free.append(port) }
    }
}
