import CCurl
import CMartletShims
import Glibc

/// A libcurl easy handle with its header list and error text; freed with its owner.
@safe final class CurlEasy {
    let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var lines: UnsafeMutablePointer<curl_slist>?

    init() throws(HTTPTransportError) {
        guard Self.isInitialised, let handle = unsafe curl_easy_init() else {
            throw .invalidRequest("libcurl cannot be used: out of memory.")
        }
        unsafe self.handle = handle
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    /// The handle's address, to find a transfer by.
    var id: UInt { unsafe UInt(bitPattern: handle) }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(lines)
        unsafe errorText.deallocate()
    }

    private static let isInitialised = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    func apply(_ plan: TransferPlan) throws(HTTPTransportError) {
        try unsafe set(CURLOPT_ERRORBUFFER, pointer: errorText)
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_URL, plan.url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_PROXY, plan.unixSocket == nil ? plan.proxy ?? "" : "")  // "" also ignores the environment.
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, plan.connectTimeoutMilliseconds)
        try set(CURLOPT_TIMEOUT_MS, plan.timeoutMilliseconds)
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_TCP_KEEPIDLE, 30)
        try set(CURLOPT_TCP_KEEPINTVL, 10)
        if let path = plan.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
        try applyBody(plan)
        for line in plan.headerLines { unsafe lines = curl_slist_append(lines, line) }
        try unsafe set(CURLOPT_HTTPHEADER, pointer: lines)
    }

    /// Body first: `COPYPOSTFIELDS` makes it a POST, which the method's name then overrides.
    private func applyBody(_ plan: TransferPlan) throws(HTTPTransportError) {
        if plan.method == "HEAD" {
            try set(CURLOPT_NOBODY, 1)
            return
        }
        if let body = plan.body {
            try check(unsafe body.withUnsafeBytes { unsafe martlet_curl_set_body(handle, $0.baseAddress, $0.count) })
        }
        try set(CURLOPT_CUSTOMREQUEST, plan.method)
    }

    func apply(_ identity: TLSIdentity) throws(HTTPTransportError) {
        if !identity.verifyPeer {
            try set(CURLOPT_SSL_VERIFYPEER, 0)
            try set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if !identity.authorities.isEmpty {
            try check(
                unsafe identity.authorities.withUnsafeBytes {
                    unsafe martlet_curl_set_blob(handle, CURLOPT_CAINFO_BLOB.rawValue, $0.baseAddress, $0.count)
                }
            )
        }
        if !identity.trustsSystemCAs {
            try unsafe set(CURLOPT_CAPATH, pointer: nil)
            try unsafe set(CURLOPT_CAINFO, pointer: nil)
        }
        if let path = identity.clientCertificate { try set(CURLOPT_SSLCERT, path) }
        if let path = identity.clientKey { try set(CURLOPT_SSLKEY, path) }
    }

    /// What a failed transfer means to its caller.
    func failure(_ code: CURLcode, peer: String) -> HTTPTransportError {
        let nothingWasSent = offset(CURLINFO_PRETRANSFER_TIME_T) == 0
        switch code {
        case CURLE_URL_MALFORMAT,
            CURLE_UNSUPPORTED_PROTOCOL where nothingWasSent:
            return .invalidRequest("The URL for \(peer) is not valid.")
        case CURLE_OPERATION_TIMEDOUT where !nothingWasSent:
            return .timedOut("\(peer) did not answer in time.")
        case _ where nothingWasSent:
            return .cannotConnect("Cannot connect to \(peer): \(detail(code)).")
        default:
            return .interrupted("The connection to \(peer) broke: \(detail(code)).")
        }
    }

    /// The kernel's reason when there is one, else libcurl's.
    private func detail(_ code: CURLcode) -> String {
        var number = 0
        unsafe martlet_curl_info_long(handle, CURLINFO_OS_ERRNO.rawValue, &number)
        if code == CURLE_COULDNT_CONNECT, number != 0, let text = unsafe strerror(Int32(number)) {
            return unsafe String(cString: text)
        }
        let text = unsafe String(cString: errorText)
        return text.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : text
    }

    private func offset(_ info: CURLINFO) -> Int64 {
        var value: Int64 = 0
        unsafe martlet_curl_info_offset(handle, info.rawValue, &value)
        return value
    }

    func set(_ option: CURLoption, _ value: Int) throws(HTTPTransportError) {
        try check(unsafe martlet_curl_set_long(handle, option.rawValue, value))
    }

    func set(_ option: CURLoption, _ value: String) throws(HTTPTransportError) {
        try check(unsafe martlet_curl_set_text(handle, option.rawValue, value))
    }

    @unsafe func set(_ option: CURLoption, pointer: UnsafeRawPointer?) throws(HTTPTransportError) {
        try check(unsafe martlet_curl_set_pointer(handle, option.rawValue, pointer))
    }

    @unsafe func set(
        _ option: CURLoption,
        _ callback: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int
    ) throws(HTTPTransportError) {
        try check(unsafe martlet_curl_set_callback(handle, option.rawValue, callback))
    }

    private func check(_ code: Int32) throws(HTTPTransportError) {
        guard code == 0 else {
            throw .invalidRequest(unsafe String(cString: curl_easy_strerror(CURLcode(rawValue: UInt32(code)))))
        }
    }
}
