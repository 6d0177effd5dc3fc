/// An HTTP/1.1 answer as far as a probe needs it: status, `Location`, and whether it has come to its end.
struct HealthReply: Hashable, Sendable {
    private var head: [UInt8] = []
    /// The last bytes of the body, to see the end of a chunked one.
    private var tail: [UInt8] = []
    private var headers: [String: String]?
    private var bodyCount = 0

    /// 0 until the head has come, or when it is not HTTP.
    private(set) var status = 0

    /// Bytes received.
    var count: Int { head.count + bodyCount }

    /// Where to ask next, when the status says so.
    var redirect: String? {
        [301, 302, 303, 307, 308].contains(status) ? headers?["location"] : nil
    }

    /// False as long as only the end of the connection can tell.
    var isComplete: Bool {
        guard let headers else { return head.count > 65_536 }
        if headers["transfer-encoding"]?.lowercased() == "chunked" {
            return tail.suffix(5) == Array("0\r\n\r\n".utf8)[...]
        }
        if status == 204 || status == 304 { return true }
        return headers["content-length"].flatMap { Int($0) }.map { bodyCount >= $0 } ?? false
    }

    mutating func append(_ bytes: some Collection<UInt8>) {
        guard headers == nil else { return appendBody(bytes) }
        // What came before has no end in it, but may have the beginning of one.
        let searched = max(0, head.count - 3)
        head += bytes
        guard let end = Self.end(of: head, from: searched) else { return }
        let body = Array(head[end...])
        head.removeLast(body.count)
        parse(String(decoding: head, as: UTF8.self))
        appendBody(body)
    }

    private mutating func appendBody(_ bytes: some Collection<UInt8>) {
        bodyCount += bytes.count
        tail = Array((tail + bytes.suffix(5)).suffix(5))
    }

    private mutating func parse(_ text: String) {
        let lines = text.split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        if words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]), (100...999).contains(code) {
            status = code
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " || $0 == "\t" })
        }
        self.headers = headers
    }

    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= start + 4 else { return nil }
        return (start...(bytes.count - 4)).first { bytes[$0..<($0 + 4)] == mark[...] }.map { $0 + 4 }
    }
}
