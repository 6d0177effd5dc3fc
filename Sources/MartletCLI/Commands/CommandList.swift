extension Command {
    /// In the order of the overview.
    static let all: [Command] = [
        .push, .apps, .app, .scale, .delete, .why, .featureFlags, .lrps, .cells, .domains, .events,
    ]
}
