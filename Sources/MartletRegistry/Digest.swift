public import MartletCrypto

/// The name of content: a hash algorithm and the hash of the bytes, as in `sha256:9f86…`.
///
/// Always well formed, so it may be put into a URL or a file name as it is.
public struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let algorithm: HashAlgorithm
    /// 64 (SHA-256) or 128 (SHA-512) lower-case hexadecimal digits.
    public let hex: String

    /// - Returns: `nil` unless `text` is `sha256:` and 64, or `sha512:` and 128, lower-case hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.firstIndex(of: ":"),
            let algorithm = HashAlgorithm(rawValue: String(text[..<colon]))
        else { return nil }
        self.init(algorithm, hex: text[text.index(after: colon)...])
    }

    /// - Returns: `nil` unless `hex` has the length of the algorithm and only lower-case hexadecimal digits.
    public init?(_ algorithm: HashAlgorithm, hex: some StringProtocol) {
        guard hex.utf8.count == algorithm.byteCount * 2, hex.utf8.allSatisfy(\.isLowercaseHex) else { return nil }
        self.algorithm = algorithm
        self.hex = String(hex)
    }

    /// The digest of `bytes`.
    public init(_ algorithm: HashAlgorithm = .sha256, of bytes: some Collection<UInt8>) {
        self.algorithm = algorithm
        hex = Hex.encode(RunningHash.digest(algorithm, of: bytes))
    }

    /// The digest of what was fed to `hash` so far.
    public init(_ hash: borrowing RunningHash) {
        algorithm = hash.algorithm
        hex = Hex.encode(hash.digest())
    }

    /// `algorithm:hex`.
    public var description: String { "\(algorithm.rawValue):\(hex)" }

    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

extension UInt8 {
    var isLowercaseHex: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self) }
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isUppercaseLetter: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isLetterOrDigit: Bool { isDigit || isLowercaseLetter || isUppercaseLetter }
}
