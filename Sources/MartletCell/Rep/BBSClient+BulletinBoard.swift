public import MartletBBSAPI
public import MartletModels

extension BBSClient: BulletinBoard {
    public func claim(_ key: ActualLRPKey, by instance: ActualLRPInstanceKey) async throws(BulletinBoardError) {
        do { try await claim(key.processGUID, index: key.index, by: instance) } catch {
            throw BulletinBoardError(error)
        }
    }

    public func start(_ key: ActualLRPKey, as start: ActualLRPStart) async throws(BulletinBoardError) {
        do { try await self.start(key, start) } catch { throw BulletinBoardError(error) }
    }

    public func crash(
        _ key: ActualLRPKey,
        of instance: ActualLRPInstanceKey,
        reason: String
    ) async throws(BulletinBoardError) {
        do { try await crash(key, instance, reason: reason) } catch { throw BulletinBoardError(error) }
    }

    public func remove(
        _ key: ActualLRPKey,
        heldBy instance: ActualLRPInstanceKey
    ) async throws(BulletinBoardError) {
        do { try await removeActualLRP(key.processGUID, index: key.index, heldBy: instance) } catch {
            throw BulletinBoardError(error)
        }
    }

    public func desired(_ processGUID: ProcessGUID) async throws(BulletinBoardError) -> DesiredLRP {
        do { return try await desiredLRP(processGUID) } catch { throw BulletinBoardError(error) }
    }

    public func actualLRPs(on cell: CellID) async throws(BulletinBoardError) -> [ActualLRP] {
        do { return try await actualLRPs(ActualLRPsRequest(cellID: cell)) } catch { throw BulletinBoardError(error) }
    }

    public func announce(
        _ presence: CellPresence,
        session: String,
        ttl: Duration
    ) async throws(BulletinBoardError) {
        do { try await upsert(presence, timeToLive: ttl, session: session) } catch { throw BulletinBoardError(error) }
    }
}

extension BulletinBoardError {
    /// What a cell makes of the client's error.
    init(_ error: BBSClientError) {
        switch error {
        case .transport, .status: self = .unreachable("\(error)")
        case .undecodable: self = .refused("\(error)")
        case .bbs(let refusal):
            switch refusal.kind {
            case .actualLRPCannotBeClaimed: self = .cannotBeClaimed
            case .actualLRPCannotBeStarted: self = .cannotBeStarted
            case .resourceNotFound: self = .notFound
            case .deadlock, .timeout, .lockCollision: self = .unreachable("\(error)")
            case .unknownError, .invalidRecord, .invalidRequest, .invalidResponse, .invalidProtobufMessage,
                .invalidJSON, .failedToOpenEnvelope, .invalidStateTransition, .resourceConflict, .resourceExists,
                .routerError, .actualLRPCannotBeCrashed, .actualLRPCannotBeFailed, .actualLRPCannotBeRemoved,
                .actualLRPCannotBeUnclaimed, .runningOnDifferentCell, .guidGeneration, .deserialize, .unrecoverable:
                self = .refused("\(error)")
            }
        }
    }
}
