public import MartletHTTP
public import MartletModels

/// Why a call to a cell brought no result.
public enum RepClientError: Error, Hashable, Sendable, CustomStringConvertible {
    case transport(HTTPTransportError)
    /// The cell refused; 503 of `state` means that its containers cannot be reached.
    case status(HTTPStatus)
    case undecodable(String)

    public var description: String {
        switch self {
        case .transport(let error): "\(error)"
        case .status(let status): "the cell answered with status \(status.rawValue)"
        case .undecodable(let text): "the cell sent an unreadable answer: \(text)"
        }
    }
}

/// Calls of the API of a cell. Nothing is tried again: who calls has a later pass that sees what is missing.
public struct RepClient: Sendable {
    private let transport: any HTTPTransport
    private let timeout: Duration

    public init(transport: any HTTPTransport, timeout: Duration = .seconds(10)) {
        (self.transport, self.timeout) = (transport, timeout)
    }

    /// What the cell has left, and what it runs.
    public func state(of cell: CellPresence) async throws(RepClientError) -> CellState {
        let answer = try await send(.get, RepRoutes.state, to: cell)
        guard answer.status == .ok else { throw .status(answer.status) }
        do { return try RepJSON.cellState(from: answer.body) } catch { throw .undecodable(error.text) }
    }

    /// Asks the cell to take instances.
    ///
    /// - Returns: those that it did not take.
    public func perform(
        _ work: CellWork,
        on cell: CellPresence,
        traceID: String = ""
    ) async throws(RepClientError) -> CellWork {
        let answer = try await send(.post, RepRoutes.work, to: cell, body: RepJSON.encode(work), traceID: traceID)
        guard answer.status == .ok else { throw .status(answer.status) }
        do { return try RepJSON.cellWork(from: answer.body) } catch { throw .undecodable(error.text) }
    }

    /// Asks the cell to stop an instance; it has agreed when this returns, and is done when the record goes away.
    public func stop(
        _ processGUID: ProcessGUID,
        _ instanceGUID: InstanceGUID,
        on cell: CellPresence,
        traceID: String = ""
    ) async throws(RepClientError) {
        let path = RepRoutes.stopPath(processGUID, instanceGUID)
        let answer = try await send(.post, path, to: cell, traceID: traceID)
        guard answer.status == .accepted else { throw .status(answer.status) }
    }

    /// Asks the cell to drop a task; it says 202 whether it has the task or not (cell specification 2.1).
    public func cancelTask(
        _ guid: TaskGUID,
        on cell: CellPresence,
        traceID: String = ""
    ) async throws(RepClientError) {
        let answer = try await send(.post, RepRoutes.cancelTaskPath(guid), to: cell, traceID: traceID)
        guard answer.status == .accepted else { throw .status(answer.status) }
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        to cell: CellPresence,
        body: [UInt8] = [],
        traceID: String = ""
    ) async throws(RepClientError) -> HTTPAnswer {
        let base = cell.repURL.isEmpty ? cell.repAddress : cell.repURL
        var request = HTTPRequest(method, base + path, body: body)
        if !body.isEmpty { request.headers["Content-Type"] = "application/json" }
        // Cells are sent the header only when there is something in it (BBS section 1.7).
        if !traceID.isEmpty { request.headers[BBSRoutes.traceHeader] = traceID }
        do { return try await transport.send(request, timeout: timeout) } catch { throw .transport(error) }
    }
}
