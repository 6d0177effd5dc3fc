import CMartletShims
import CMicrohttpd
import Glibc

/// The C side of the server: turns pointers into values and calls `Daemon` and `Exchange`.
///
/// The daemon is retained until libmicrohttpd's thread has ended; an exchange from `uri` to `completed`.
enum MHDCallbacks {
    /// Called with the target as sent, before anything else is parsed; what it returns is the request's context.
    static let uri:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) -> UnsafeMutableRawPointer? = {
            context,
            target,
            connection in
            guard let context = unsafe context, let target = unsafe target, let connection = unsafe connection else {
                return nil
            }
            let daemon = unsafe Unmanaged<Daemon>.fromOpaque(context).takeUnretainedValue()
            let exchange = unsafe daemon.open(target: String(cString: target), on: connection)
            return unsafe Unmanaged.passRetained(exchange).toOpaque()
        }

    /// Called with the head, then with pieces of the body, then without any, and again after each resumption.
    static let answer: MHD_AccessHandlerCallback = { _, connection, _, method, _, bytes, count, context in
        guard let exchange = unsafe exchange(context), let count = unsafe count else { return .NO }
        if !exchange.state.locked({ $0.hasHead }) {
            guard let method = unsafe method, let connection = unsafe connection else { return .NO }
            return unsafe exchange.begin(method: String(cString: method), headers: headers(of: connection))
        }
        guard unsafe count.pointee > 0 else { return exchange.proceed() }
        let result = unsafe exchange.receive(UnsafeRawBufferPointer(start: bytes, count: count.pointee))
        unsafe count.pointee = 0
        return result
    }

    static let completed: MHD_RequestCompletedCallback = { _, _, context, reason in
        guard let context = unsafe context, let pointer = unsafe context.pointee else { return }
        unsafe context.pointee = nil
        unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue().end(
            isKept: reason == .REQUEST_TERMINATED_COMPLETED_OK
        )
    }

    static let read: MHD_ContentReaderCallback = { context, _, buffer, count in
        guard let context = unsafe context else { return -2 }
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        return unsafe exchange.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: count))
    }

    static let release: MHD_ContentReaderFreeCallback = { context in
        if let context = unsafe context { unsafe Unmanaged<Exchange>.fromOpaque(context).release() }
    }

    private static func exchange(_ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> Exchange? {
        guard let context = unsafe context, let pointer = unsafe context.pointee else { return nil }
        return unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// The header fields in the order they came.
    private static func headers(of connection: OpaquePointer) -> HTTPHeaders {
        var headers = HTTPHeaders()
        unsafe withUnsafeMutablePointer(to: &headers) { pointer in
            _ = unsafe MHD_get_connection_values(connection, .HEADER_KIND, collect, pointer)
        }
        return headers
    }

    private static let collect: MHD_KeyValueIterator = { context, _, name, value in
        guard let name = unsafe name, let headers = unsafe context?.assumingMemoryBound(to: HTTPHeaders.self) else {
            return .NO
        }
        unsafe headers.pointee.add(String(cString: name), value.map { unsafe String(cString: $0) } ?? "")
        return .YES
    }
}
