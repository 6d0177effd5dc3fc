import MartletBBSAPI
import MartletModels
import MartletProtobuf

/// A route without its types, so that tests can walk the whole table.
struct AnyRoute: Sendable {
    let path: String
    /// Decodes, and encodes again.
    let recodeRequest: @Sendable ([UInt8]) throws(ProtobufError) -> Recoded
    let recodeResponse: @Sendable ([UInt8]) throws(ProtobufError) -> Recoded
    /// The answer's bytes when decoding or validation refuses; `nil` when the request is accepted.
    let refusal: @Sendable ([UInt8]) -> [UInt8]?

    /// What became of a message.
    struct Recoded: Sendable {
        var bytes: [UInt8]
        /// Whether what was encoded again is the same message.
        var isSame: Bool

        func isSameButForOrder(as other: [UInt8]) -> Bool { bytes.sorted() == other.sorted() }
    }

    init<Request: BBSRequest, Response: BBSResponse>(_ route: BBSRoute<Request, Response>) {
        path = route.path
        recodeRequest = { (bytes) throws(ProtobufError) in try Self.recode(Request.self, bytes) }
        recodeResponse = { (bytes) throws(ProtobufError) in try Self.recode(Response.self, bytes) }
        refusal = { bytes in
            do throws(BBSError) { _ = try Request(received: bytes) } catch { return Response(error: error).encoded() }
            return nil
        }
    }

    private static func recode<M: ProtobufMessage & Hashable>(
        _ type: M.Type,
        _ bytes: [UInt8]
    ) throws(ProtobufError) -> Recoded {
        let message = try M(decoding: bytes)
        let encoded = message.encoded()
        return Recoded(bytes: encoded, isSame: try M(decoding: encoded) == message)
    }

    static let all: [AnyRoute] = [
        AnyRoute(BBSRoutes.ping), AnyRoute(BBSRoutes.domains), AnyRoute(BBSRoutes.upsertDomain),
        AnyRoute(BBSRoutes.actualLRPs), AnyRoute(BBSRoutes.claimActualLRP), AnyRoute(BBSRoutes.startActualLRP),
        AnyRoute(BBSRoutes.startActualLRPr0), AnyRoute(BBSRoutes.crashActualLRP), AnyRoute(BBSRoutes.failActualLRP),
        AnyRoute(BBSRoutes.removeActualLRP), AnyRoute(BBSRoutes.retireActualLRP), AnyRoute(BBSRoutes.desiredLRPs),
        AnyRoute(BBSRoutes.desiredLRP), AnyRoute(BBSRoutes.schedulingInfos), AnyRoute(BBSRoutes.schedulingInfo),
        AnyRoute(BBSRoutes.desireLRP), AnyRoute(BBSRoutes.updateDesiredLRP), AnyRoute(BBSRoutes.removeDesiredLRP),
        AnyRoute(BBSRoutes.cells), AnyRoute(BBSRoutes.upsertCellPresence), AnyRoute(BBSRoutes.removeCellPresence),
        AnyRoute(BBSRoutes.tasks), AnyRoute(BBSRoutes.task), AnyRoute(BBSRoutes.tasksR2), AnyRoute(BBSRoutes.taskR2),
        AnyRoute(BBSRoutes.desireTask), AnyRoute(BBSRoutes.startTask), AnyRoute(BBSRoutes.cancelTask),
        AnyRoute(BBSRoutes.failTask), AnyRoute(BBSRoutes.rejectTask), AnyRoute(BBSRoutes.completeTask),
        AnyRoute(BBSRoutes.resolvingTask), AnyRoute(BBSRoutes.deleteTask),
    ]

    static func at(_ path: String?) -> AnyRoute? { all.first { $0.path == path } }
}
