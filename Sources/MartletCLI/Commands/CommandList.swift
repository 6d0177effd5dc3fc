extension Command {
    /// In the order of the overview.
    static let all: [Command] = [
        .push, .apps, .app, .scale, .delete, .why, .featureFlags, .convergence, .lrps, .cells, .domains, .events,
    ]
}
