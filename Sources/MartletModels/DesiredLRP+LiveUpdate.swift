/// What a running instance takes over from its desired LRP without a restart (BBS section 5.5.5).
public struct LRPLiveUpdate: Hashable, Sendable {
    /// Host names under which other containers reach it; `nil` leaves them as they are, none takes them away.
    public var internalRoutes: [String]?
    /// All tags, not only new ones; `nil` leaves them as they are.
    public var metricTags: [String: String]?

    public init(internalRoutes: [String]? = nil, metricTags: [String: String]? = nil) {
        (self.internalRoutes, self.metricTags) = (internalRoutes, metricTags)
    }

    public var isEmpty: Bool { internalRoutes == nil && metricTags == nil }
}

extension DesiredLRP {
    /// The router whose routes are host names inside the platform.
    public static let internalRouter = "internal-router"

    /// The host names under which other containers reach it, in the order of its `internal-router` routes.
    ///
    /// Routes are opaque to everybody but their router; a text that is not the router's list names no host.
    public var internalRouteHostnames: [String] {
        guard let bytes = routes[Self.internalRouter] else { return [] }
        return JSONSyntax.texts(of: "hostname", inListOfObjects: bytes) ?? []
    }

    /// The tags of one instance.
    public func metricTags(index: Int, instance: InstanceGUID) -> [String: String] {
        metricTags.mapValues { $0.resolved(index: index, instance: instance) }
    }

    /// All that an instance may be told, whatever it was told before.
    public func liveUpdate(index: Int, instance: InstanceGUID) -> LRPLiveUpdate {
        LRPLiveUpdate(
            internalRoutes: internalRouteHostnames,
            metricTags: metricTags(index: index, instance: instance)
        )
    }

    /// What a running instance has to be told because it reported something else (BBS section 6.2, steps 13 and 14).
    ///
    /// Host names are compared as a set. Routes that are gone are told as an empty list: the BBS of Diego sends nothing
    /// then, so that its instances keep them.
    /// - Returns: `nil` when it is up to date, and for what does not run or is evacuating.
    public func liveUpdate(for lrp: ActualLRP) -> LRPLiveUpdate? {
        guard case .running(let instance, _) = lrp.state, lrp.presence != .evacuating else { return nil }
        let wanted = liveUpdate(index: lrp.key.index, instance: instance.instanceGUID)
        let update = LRPLiveUpdate(
            internalRoutes: Set(wanted.internalRoutes ?? []) == Set(lrp.internalRoutes) ? nil : wanted.internalRoutes,
            metricTags: wanted.metricTags == lrp.metricTags ? nil : wanted.metricTags
        )
        return update.isEmpty ? nil : update
    }

    /// Whether what instances may be told differs from what they were told under `before`.
    public func hasLiveUpdate(since before: DesiredLRP) -> Bool {
        metricTags != before.metricTags || Set(internalRouteHostnames) != Set(before.internalRouteHostnames)
    }
}
