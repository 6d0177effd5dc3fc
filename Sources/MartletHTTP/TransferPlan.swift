/// A request turned into what libcurl is told; checked, so that no header or method can smuggle a line.
struct TransferPlan: Hashable, Sendable {
    var url: String
    /// Connect here instead of to the URL's host.
    var unixSocket: String?
    /// `host:port` or the socket's path, for error texts.
    var peer: String
    var method: String
    /// As libcurl wants them: `Name: value`, `Name;` for an empty value, `Name:` to leave one out.
    var headerLines: [String]
    /// `nil` sends no body and no `Content-Length`.
    var body: [UInt8]?
    var proxy: String?
    var connectTimeoutMilliseconds: Int
    /// 0 is without limit.
    var timeoutMilliseconds: Int

    init(
        _ request: HTTPRequest,
        configuration: HTTPClient.Configuration,
        timeout: Duration?
    ) throws(HTTPTransportError) {
        let target = try Self.target(request, base: configuration.baseURL)
        (url, unixSocket) = (target.url, target.unixSocket)
        peer = target.unixSocket ?? Self.hostAndPort(url)
        method = request.method.rawValue
        guard Self.isToken(method) else { throw .invalidRequest("\(method.debugDescription) is no method.") }
        headerLines = try Self.lines(request, userAgent: configuration.userAgent)
        body = Self.sendsBody(request) ? request.body : nil
        proxy = configuration.proxy
        connectTimeoutMilliseconds = configuration.connectTimeout.milliseconds
        timeoutMilliseconds = timeout?.milliseconds ?? 0
    }

    /// RFC 9110 section 8.6: methods that anticipate content say `Content-Length: 0` when there is none.
    private static func sendsBody(_ request: HTTPRequest) -> Bool {
        !request.body.isEmpty || [.post, .put, .patch].contains(request.method)
    }

    private static func target(
        _ request: HTTPRequest,
        base: String?
    ) throws(HTTPTransportError) -> (url: String, unixSocket: String?) {
        let path = request.path + (request.query.map { "?" + $0 } ?? "")
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw .invalidRequest("The path \(path.debugDescription) has a space or a control character in it.")
        }
        if path.hasPrefix("http://") || path.hasPrefix("https://") { return (path, nil) }
        guard path.hasPrefix("/") else {
            throw .invalidRequest("The path \(path.debugDescription) has no leading slash.")
        }
        guard let base else { throw .invalidRequest("The path \(path) needs a base URL.") }
        if base.hasPrefix("unix:") { return ("http://localhost" + path, String(base.dropFirst(5))) }
        guard base.hasPrefix("http://") || base.hasPrefix("https://") else {
            throw .invalidRequest("\(base.debugDescription) is no base URL.")
        }
        return ((base.hasSuffix("/") ? String(base.dropLast()) : base) + path, nil)
    }

    /// The authority without user information, with the scheme's port when it names none.
    static func hostAndPort(_ url: String) -> String {
        let isTLS = url.hasPrefix("https://")
        let authority = url.dropFirst(isTLS ? 8 : 7).prefix { !"/?#".contains($0) }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let afterBracket = host.lastIndex(of: "]") ?? host.startIndex
        return host[afterBracket...].contains(":") ? String(host) : "\(host):\(isTLS ? 443 : 80)"
    }

    private static func lines(_ request: HTTPRequest, userAgent: String) throws(HTTPTransportError) -> [String] {
        // libcurl would wait a second for `100 Continue` on large bodies, and would call every body a form.
        var lines = ["Expect:"]
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        if request.headers["User-Agent"] == nil { lines.append("User-Agent: \(userAgent)") }
        for field in request.headers.fields {
            guard isToken(field.name), field.value.utf8.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }) else {
                throw .invalidRequest("The header \(field.name.debugDescription) cannot be sent.")
            }
            // The length follows from the body; a second opinion would break the framing.
            if ["content-length", "transfer-encoding"].contains(field.name.lowercased()) { continue }
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        return lines
    }

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}

extension Duration {
    /// Whole milliseconds, at least 1 and at most what fits a C `int`.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
