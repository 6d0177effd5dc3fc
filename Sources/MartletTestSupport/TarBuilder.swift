/// Makes small tar streams (POSIX ustar) for tests, entry by entry, in the order given.
public struct TarBuilder: Sendable {
    public enum Kind: Sendable {
        case file([UInt8])
        case directory
        case symbolicLink(to: String)
        case hardLink(to: String)
    }

    private var bytes: [UInt8] = []

    public init() {}

    /// - Parameter path: at most 100 bytes.
    public mutating func add(
        _ path: String,
        _ kind: Kind,
        mode: Int = 0o755,
        uid: Int = 0,
        gid: Int = 0,
        modified: Int = 1_700_000_000
    ) {
        precondition(path.utf8.count <= 100, "longer than a ustar name: \(path)")
        let content: [UInt8] = if case .file(let content) = kind { content } else { [] }
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ value: Int, width: Int) -> String {
            let digits = String(value, radix: 8)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        put(path, at: 0)
        put(octal(mode, width: 7), at: 100)
        put(octal(uid, width: 7), at: 108)
        put(octal(gid, width: 7), at: 116)
        put(octal(content.count, width: 11), at: 124)
        put(octal(modified, width: 11), at: 136)
        put("        ", at: 148)
        put(kind.flag, at: 156)
        put(kind.target, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(header.reduce(0) { $0 + Int($1) }, width: 6) + "\0 ", at: 148)
        bytes += header + content
        bytes += Array(repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// The stream with its end marker.
    public func finished() -> [UInt8] { bytes + Array(repeating: 0, count: 1024) }
}

extension TarBuilder.Kind {
    fileprivate var flag: String {
        switch self {
        case .file: "0"
        case .hardLink: "1"
        case .symbolicLink: "2"
        case .directory: "5"
        }
    }

    fileprivate var target: String {
        switch self {
        case .file, .directory: ""
        case .symbolicLink(let target), .hardLink(let target): target
        }
    }
}
