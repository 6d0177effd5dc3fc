public import MartletModels

extension BBSClient {
    public func ping() async throws(BBSClientError) -> Bool {
        try await call(BBSRoutes.ping, EmptyRequest()).available
    }

    public func domains() async throws(BBSClientError) -> [DomainName] {
        try await call(BBSRoutes.domains, EmptyRequest()).domains
    }

    /// - Parameter timeToLiveSeconds: 0 means for ever.
    public func upsert(_ domain: DomainName, timeToLiveSeconds: UInt32) async throws(BBSClientError) {
        try await call(
            BBSRoutes.upsertDomain,
            UpsertDomainRequest(domain: domain, timeToLiveSeconds: timeToLiveSeconds)
        )
    }

    public func cells() async throws(BBSClientError) -> [CellPresence] {
        try await call(BBSRoutes.cells, EmptyRequest()).items
    }

    /// Registers a cell, or says that it still lives.
    public func upsert(
        _ presence: CellPresence,
        timeToLive: Duration,
        session: String
    ) async throws(BBSClientError) {
        let request = UpsertCellPresenceRequest(
            presence: presence,
            timeToLiveMilliseconds: UInt64(max(0, timeToLive.milliseconds)),
            session: session
        )
        try await call(BBSRoutes.upsertCellPresence, request)
    }

    public func removePresence(of cellID: CellID, session: String) async throws(BBSClientError) {
        try await call(BBSRoutes.removeCellPresence, RemoveCellPresenceRequest(cellID: cellID, session: session))
    }
}

extension BBSClient {
    public func desiredLRPs(
        _ filter: DesiredLRPsRequest = DesiredLRPsRequest()
    ) async throws(BBSClientError) -> [DesiredLRP] {
        try await call(BBSRoutes.desiredLRPs, filter).items
    }

    /// - Throws: `.bbs` with `resourceNotFound` when there is none.
    public func desiredLRP(_ processGUID: ProcessGUID) async throws(BBSClientError) -> DesiredLRP {
        let response = try await call(BBSRoutes.desiredLRP, ProcessGUIDRequest(processGUID))
        guard let lrp = response.item else { throw .undecodable("no desired LRP in the answer") }
        return lrp
    }

    public func schedulingInfos(
        _ filter: DesiredLRPsRequest = DesiredLRPsRequest()
    ) async throws(BBSClientError) -> [DesiredLRPSchedulingInfo] {
        try await call(BBSRoutes.schedulingInfos, filter).items
    }

    public func schedulingInfo(_ processGUID: ProcessGUID) async throws(BBSClientError) -> DesiredLRPSchedulingInfo {
        let response = try await call(BBSRoutes.schedulingInfo, ProcessGUIDRequest(processGUID))
        guard let info = response.item else { throw .undecodable("no scheduling information in the answer") }
        return info
    }

    public func desire(_ lrp: DesiredLRP, traceID: String = "") async throws(BBSClientError) {
        try await call(BBSRoutes.desireLRP, DesireLRPRequest(lrp), traceID: traceID)
    }

    public func update(
        _ processGUID: ProcessGUID,
        _ update: DesiredLRPUpdate,
        traceID: String = ""
    ) async throws(BBSClientError) {
        let request = UpdateDesiredLRPRequest(processGUID: processGUID, update: update)
        try await call(BBSRoutes.updateDesiredLRP, request, traceID: traceID)
    }

    public func removeDesiredLRP(_ processGUID: ProcessGUID, traceID: String = "") async throws(BBSClientError) {
        try await call(BBSRoutes.removeDesiredLRP, ProcessGUIDRequest(processGUID), traceID: traceID)
    }
}

extension BBSClient {
    public func actualLRPs(
        _ filter: ActualLRPsRequest = ActualLRPsRequest()
    ) async throws(BBSClientError) -> [ActualLRP] {
        try await call(BBSRoutes.actualLRPs, filter).items
    }

    public func claim(
        _ processGUID: ProcessGUID,
        index: Int,
        by instance: ActualLRPInstanceKey
    ) async throws(BBSClientError) {
        let request = ClaimActualLRPRequest(processGUID: processGUID, index: index, instance: instance)
        try await call(BBSRoutes.claimActualLRP, request)
    }

    public func start(_ key: ActualLRPKey, _ start: ActualLRPStart) async throws(BBSClientError) {
        try await call(BBSRoutes.startActualLRP, StartActualLRPRequest(key: key, start))
    }

    public func crash(
        _ key: ActualLRPKey,
        _ instance: ActualLRPInstanceKey,
        reason: String
    ) async throws(BBSClientError) {
        let request = CrashActualLRPRequest(key: key, instance: instance, errorMessage: reason)
        try await call(BBSRoutes.crashActualLRP, request)
    }

    public func fail(_ key: ActualLRPKey, placementError: String) async throws(BBSClientError) {
        try await call(BBSRoutes.failActualLRP, FailActualLRPRequest(key: key, errorMessage: placementError))
    }

    /// - Parameter instance: `nil` removes the record whoever holds it.
    public func removeActualLRP(
        _ processGUID: ProcessGUID,
        index: Int,
        heldBy instance: ActualLRPInstanceKey?
    ) async throws(BBSClientError) {
        let request = RemoveActualLRPRequest(processGUID: processGUID, index: index, instance: instance)
        try await call(BBSRoutes.removeActualLRP, request)
    }

    public func retire(_ key: ActualLRPKey, traceID: String = "") async throws(BBSClientError) {
        try await call(BBSRoutes.retireActualLRP, RetireActualLRPRequest(key: key), traceID: traceID)
    }
}
