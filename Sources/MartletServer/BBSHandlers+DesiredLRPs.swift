import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore

/// Desired LRPs (sections 2.3.5 and 2.3.6).
extension BBSHandlers {
    var desiredLRPRoutes: [Route] {
        [
            BBSRoutes.desiredLRPs.storedHandler { request throws(BBSError) in
                try await answering { () throws(StoreError) in
                    try await store.desiredLRPMessages(DesiredLRPFilter(request))
                }
            },
            BBSRoutes.desiredLRP.handler { request, _ throws(BBSError) in
                DesiredLRPResponse(
                    try await answering { () throws(StoreError) in try await store.desiredLRP(request.processGUID) }
                )
            },
            BBSRoutes.schedulingInfos.handler { request, _ throws(BBSError) in
                DesiredLRPSchedulingInfosResponse(
                    try await answering { () throws(StoreError) in
                        try await store.schedulingInfos(DesiredLRPFilter(request))
                    }
                )
            },
            BBSRoutes.schedulingInfo.handler { request, _ throws(BBSError) in
                DesiredLRPSchedulingInfoResponse(
                    try await answering { () throws(StoreError) in
                        try await store.schedulingInfo(request.processGUID)
                    }
                )
            },
            BBSRoutes.desireLRP.handler { request, traceID throws(BBSError) in
                guard let lrp = request.desiredLRP else { throw .invalidRequest }
                return try await follow(traceID) { () throws(StoreError) in try await store.desire(lrp) }
            },
            BBSRoutes.updateDesiredLRP.handler { request, traceID throws(BBSError) in
                guard let update = request.update else { throw .invalidRequest }
                return try await follow(traceID) { () throws(StoreError) in
                    try await store.update(request.processGUID, update)
                }
            },
            BBSRoutes.removeDesiredLRP.handler { request, traceID throws(BBSError) in
                try await follow(traceID) { () throws(StoreError) in
                    try await store.removeDesiredLRP(request.processGUID)
                }
            },
        ]
    }

    /// Runs the verb, then has its new instances placed and its surplus ones stopped and changed ones told. The answer waits for nothing.
    private func follow(
        _ traceID: String,
        _ verb: () async throws(StoreError) -> DesiredLRPOutcome
    ) async throws(BBSError) -> LifecycleResponse {
        let outcome = try await answering(verb)
        await auctioneer.request(outcome.created, traceID: traceID)
        await stopper.request(outcome.toStop, traceID: traceID)
        await tell(outcome.change, traceID)
        return LifecycleResponse()
    }

    /// Has the cells told when the update concerns instances that they hold (BBS section 5.5.5).
    private func tell(_ change: Change<DesiredLRP>, _ traceID: String) async {
        guard let before = change.before, let after = change.after, after.hasLiveUpdate(since: before) else { return }
        let filter = ActualLRPFilter(processGUIDs: [after.processGUID])
        // The update has been made, whatever becomes of this; convergence tells those that are not told now.
        guard let instances = try? await store.actualLRPs(filter) else { return }
        updater.enqueue(instances.filter { after.wants($0.key) }, traceID: traceID)
    }
}

extension DesiredLRPFilter {
    init(_ request: DesiredLRPsRequest) {
        self.init(
            domain: request.domain.isEmpty ? nil : request.domain,
            processGUIDs: request.processGUIDs,
            appGUIDs: request.appGUIDs
        )
    }
}
