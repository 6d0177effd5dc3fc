internal import MartletModels

/// What was learned about registry hosts, for the life of the client.
actor HostTable {
    private struct Entry {
        var scheme: RegistryURL.Scheme?
        var challenge: AuthChallenge?
        var closedUntil = Timestamp.epoch
    }

    private var entries: [HostAndPort: Entry] = [:]

    /// The scheme that answered the first request; `nil` when there was none yet.
    func scheme(of host: HostAndPort) -> RegistryURL.Scheme? { entries[host]?.scheme }

    /// How requests are to be authorised; `nil` when the host never asked.
    func challenge(of host: HostAndPort) -> AuthChallenge? { entries[host]?.challenge }

    func learn(_ scheme: RegistryURL.Scheme, of host: HostAndPort) {
        entries[host, default: Entry()].scheme = scheme
    }

    /// A challenge without its scope, which belongs to one repository.
    func learn(_ challenge: AuthChallenge, of host: HostAndPort) {
        var general = challenge
        general.parameters["scope"] = nil
        general.parameters["error"] = nil
        entries[host, default: Entry()].challenge = general
    }

    /// No request goes to `host` before `time`.
    func close(_ host: HostAndPort, until time: Timestamp) {
        let current = entries[host, default: Entry()].closedUntil
        entries[host, default: Entry()].closedUntil = max(current, time)
    }

    /// When requests may go to `host`; the epoch when nothing stands against it.
    func opening(of host: HostAndPort) -> Timestamp { entries[host]?.closedUntil ?? .epoch }
}
