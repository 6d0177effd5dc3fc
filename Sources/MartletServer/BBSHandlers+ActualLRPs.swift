import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore

/// Actual LRPs (sections 2.3.2 and 2.3.3).
extension BBSHandlers {
    var actualLRPRoutes: [Route] {
        [
            BBSRoutes.actualLRPs.storedHandler { request throws(BBSError) in
                try await answering { () throws(StoreError) in
                    try await store.actualLRPMessages(ActualLRPFilter(request))
                }
            },
            BBSRoutes.claimActualLRP.handler { request, _ throws(BBSError) in
                guard let instance = request.instance else { throw .invalidRequest }
                return try await change(refusal: .actualLRPCannotBeClaimed) { () throws(StoreError) in
                    try await store.claim(request.key, by: instance)
                }
            },
            BBSRoutes.startActualLRP.handler { request, _ throws(BBSError) in try await start(request) },
            BBSRoutes.startActualLRPr0.handler { request, _ throws(BBSError) in
                var request = request
                (request.internalRoutes, request.metricTags) = ([], [:])
                return try await start(request)
            },
            BBSRoutes.crashActualLRP.handler { request, _ throws(BBSError) in try await crash(request) },
            BBSRoutes.failActualLRP.handler { request, _ throws(BBSError) in
                guard let key = request.key else { throw .invalidRequest }
                return try await change { () throws(StoreError) in
                    try await store.fail(key, placementError: request.errorMessage)
                }
            },
            BBSRoutes.removeActualLRP.handler { request, _ throws(BBSError) in
                try await change { () throws(StoreError) in try await store.remove(request.key, request.instance) }
            },
            BBSRoutes.retireActualLRP.handler { request, traceID throws(BBSError) in
                guard let key = request.key else { throw .invalidRequest }
                return try await retire(key, traceID)
            },
        ]
    }

    private func start(_ request: StartActualLRPRequest) async throws(BBSError) -> LifecycleResponse {
        guard let key = request.key, let start = request.start else { throw .invalidRequest }
        return try await change(refusal: .actualLRPCannotBeStarted) { () throws(StoreError) in
            try await store.start(key, start)
        }
    }

    /// The first crashes restart at once; for an instance that nobody desires any more the answer is "not found",
    /// although the crash has been recorded (section 2.3.3).
    private func crash(_ request: CrashActualLRPRequest) async throws(BBSError) -> LifecycleResponse {
        guard let key = request.key, let instance = request.instance else { throw .invalidRequest }
        let result = try await answering { () throws(StoreError) in
            try await store.crash(key, instance, reason: request.errorMessage)
        }
        guard result.outcome == .restartNow else { return LifecycleResponse() }
        _ = try await answering { () throws(StoreError) in try await store.schedulingInfo(key.processGUID) }
        await auctioneer.request([key])
        return LifecycleResponse()
    }

    /// Deletes a record that no living cell holds, or waits until the cell has agreed to stop; five tries (5.4.4).
    private func retire(_ key: ActualLRPKey, _ traceID: String) async throws(BBSError) -> LifecycleResponse {
        var failure = BBSError(.unknownError, "not retired")
        for _ in 0..<5 {
            let (lrp, live) = try await answering { () throws(StoreError) in
                try await store.read { (snapshot) throws(StoreError) in
                    (try snapshot.actualLRP(key), Set(try snapshot.cells().map(\.presence.cellID)))
                }
            }
            switch lrp.retirement(liveCells: live) {
            case .removeRecord:
                let removal = try await answering { () throws(StoreError) in
                    try await store.removeRecord(key, ifStill: lrp.modificationTag)
                }
                if removal.after == nil { return LifecycleResponse() }
                failure.message = "the record changed meanwhile"
            case .stop(let instance):
                switch await stopper.stop(
                    InstanceStop(key: lrp.key, instance: instance, traceID: traceID)
                ) {
                case .asked: return LifecycleResponse()
                case .cellMissing: continue
                case .failed(let text): failure.message = text
                }
            }
        }
        throw failure
    }
}

extension HolderRequest {
    /// These requests carry no domain; the store looks records up by process guid and index.
    fileprivate var key: ActualLRPKey {
        ActualLRPKey(processGUID: processGUID, index: index, domain: DomainName(""))
    }
}

extension ActualLRPFilter {
    init(_ request: ActualLRPsRequest) {
        self.init(
            domain: request.domain.isEmpty ? nil : request.domain,
            cellID: request.cellID.isEmpty ? nil : request.cellID,
            processGUIDs: request.processGUID.isEmpty ? [] : [request.processGUID],
            index: request.index
        )
    }
}
