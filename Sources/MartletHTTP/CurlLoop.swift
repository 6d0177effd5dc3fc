import CCurl
import CMartletShims
import Glibc

/// Runs every transfer of a client on one thread with one libcurl multi handle.
///
/// Callers post commands; the thread takes them when `curl_multi_wakeup` ends its poll. The thread ends when the loop
/// is closed and no transfer is left.
///
/// `@unchecked Sendable`: `multi` is used by the thread only, except for `curl_multi_wakeup`, which libcurl allows from
/// any thread; `running` is the thread's alone; the inbox has a lock.
@safe final class CurlLoop: @unchecked Sendable {
    private enum Command {
        case start(CurlTransfer)
        case cancel(CurlTransfer)
        case resume(CurlTransfer)
        case close
    }

    private let multi: UnsafeMutableRawPointer
    private let inbox = Guarded<[Command]>([])
    /// By `CurlEasy.id`.
    private var running: [UInt: CurlTransfer] = [:]
    private var isClosed = false

    init() {
        guard let multi = unsafe curl_multi_init() else { preconditionFailure("out of memory for libcurl") }
        unsafe self.multi = multi
        unsafe martlet_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS.rawValue, 64)
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        let code = unsafe pthread_create(&thread, nil, Self.main, context)
        precondition(code == 0, "cannot start the thread of the HTTP client: \(code)")
        pthread_detach(thread)
    }

    deinit { unsafe curl_multi_cleanup(multi) }

    func start(_ transfer: CurlTransfer) { post(.start(transfer)) }

    /// Ends it as interrupted, whether it was started or not yet; later it does nothing.
    func cancel(_ transfer: CurlTransfer) { post(.cancel(transfer)) }

    /// Goes on with a transfer whose receiver said `pause`.
    func resume(_ transfer: CurlTransfer) { post(.resume(transfer)) }

    /// Lets the thread end once every transfer has.
    func close() { post(.close) }

    private func post(_ command: Command) {
        inbox.locked { $0.append(command) }
        unsafe curl_multi_wakeup(multi)
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        martlet_http_block_signals()
        unsafe martlet_http_name_thread("martlet-curl")
        guard let context = unsafe context else { preconditionFailure("no context for the HTTP client's thread") }
        unsafe Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }

    private func run() {
        while !(isClosed && running.isEmpty) {
            obey()
            var count: Int32 = 0
            unsafe curl_multi_perform(multi, &count)
            reap()
            guard !(isClosed && running.isEmpty) else { return }
            unsafe curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
    }

    private func obey() {
        let commands = inbox.locked { commands in
            defer { commands = [] }
            return commands
        }
        for command in commands {
            switch command {
            case .start(let transfer): begin(transfer)
            case .cancel(let transfer): abort(transfer)
            case .resume(let transfer) where running[transfer.easy.id] != nil:
                unsafe curl_easy_pause(transfer.easy.handle, CURLPAUSE_CONT)
            case .resume: break
            case .close: isClosed = true
            }
        }
    }

    private func begin(_ transfer: CurlTransfer) {
        guard !transfer.isCancelled else { return transfer.end(CURLE_ABORTED_BY_CALLBACK) }
        running[transfer.easy.id] = transfer
        guard unsafe curl_multi_add_handle(multi, transfer.easy.handle) == CURLM_OK else {
            running[transfer.easy.id] = nil
            return transfer.end(CURLE_OUT_OF_MEMORY)
        }
    }

    private func abort(_ transfer: CurlTransfer) {
        transfer.isCancelled = true
        guard running.removeValue(forKey: transfer.easy.id) != nil else { return }
        unsafe curl_multi_remove_handle(multi, transfer.easy.handle)
        transfer.end(CURLE_ABORTED_BY_CALLBACK)
    }

    /// Ends the transfers that libcurl is done with.
    private func reap() {
        var code: Int32 = 0
        while let handle = unsafe martlet_curl_next_ended(multi, &code) {
            guard let transfer = running.removeValue(forKey: UInt(bitPattern: handle)) else { continue }
            unsafe curl_multi_remove_handle(multi, handle)
            transfer.end(CURLcode(rawValue: UInt32(code)))
        }
    }
}
