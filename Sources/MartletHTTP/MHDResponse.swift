import CMartletShims
import CMicrohttpd

/// A libmicrohttpd response; queued at most once, and freed with its owner.
///
/// `@unchecked Sendable`: immutable once made, and libmicrohttpd counts its references under a lock.
@safe final class MHDResponse: @unchecked Sendable {
    private let handle: OpaquePointer
    private let status: UInt32
    let isStream: Bool

    /// - Parameter closing: ends the connection after it.
    init?(_ response: HTTPResponse, bytes: [UInt8], closing: Bool) {
        let handle = unsafe bytes.withUnsafeBytes { buffer in
            let start = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress)
            return unsafe MHD_create_response_from_buffer(buffer.count, start, .RESPMEM_MUST_COPY)
        }
        guard let handle = unsafe handle else { return nil }
        unsafe self.handle = handle
        status = UInt32(clamping: response.status.rawValue)
        isStream = false
        addHeaders(response.headers, closing: closing)
    }

    /// A response whose body `exchange` produces, element by element.
    init?(_ response: HTTPResponse, streaming exchange: Exchange, closing: Bool) {
        let context = unsafe Unmanaged.passRetained(exchange)
        let handle = unsafe martlet_mhd_stream(
            Exchange.pieceLimit,
            unsafeBitCast(MHDCallbacks.read, to: UnsafeMutableRawPointer.self),
            context.toOpaque(),
            unsafeBitCast(MHDCallbacks.release, to: UnsafeMutableRawPointer.self)
        )
        guard let handle = unsafe handle else {
            unsafe context.release()
            return nil
        }
        unsafe self.handle = handle
        status = UInt32(clamping: response.status.rawValue)
        isStream = true
        if !closing { unsafe martlet_mhd_want_keep_alive_header(handle) }
        addHeaders(response.headers, closing: closing)
    }

    deinit { unsafe MHD_destroy_response(handle) }

    /// To be called inside the answer callback of `connection`.
    func queue(on connection: OpaquePointer) -> MHD_Result { unsafe MHD_queue_response(connection, status, handle) }

    /// Length, coding and keep-alive are libmicrohttpd's business; it refuses a header with a line end in it.
    private func addHeaders(_ headers: HTTPHeaders, closing: Bool) {
        for field in headers.fields {
            switch field.name.lowercased() {
            case "content-length", "transfer-encoding", "connection": continue
            default: unsafe MHD_add_response_header(handle, field.name, field.value)
            }
        }
        if closing { unsafe MHD_add_response_header(handle, "Connection", "close") }
    }
}
