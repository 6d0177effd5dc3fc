/// Why an image could not be looked up or read.
///
/// The text is meant for the person who named the image. It never holds credentials, control characters, or more than
/// 1 KiB of what a registry said.
public struct RegistryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Closed, so that whoever maps errors decides each of them.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// The name cannot be parsed; nothing was sent.
        case invalidReference
        /// The registry knows no such repository, tag or digest.
        case notFound
        /// The registry says no, or will not say whether the image exists.
        case denied
        /// The registry's certificate is not trusted.
        case insecure
        /// The image is not for this machine.
        case incompatible
        /// It is there, but not an image that can run: schema 1, an artifact, encrypted layers, too many layers.
        case unsupported
        /// The bytes are not those that the digest names. They may have been damaged on their way: a second download is
        /// worth one try.
        case digestMismatch
        /// A size or a document is wrong.
        case corrupt
        /// Too many requests, a failing server, the network. Another cell, or another minute, may do better.
        case temporary
        /// The registry answered what the protocol does not allow, or what is not followed: a redirect without an
        /// address, a token server in clear, an unexpected status.
        case invalidAnswer
        /// Something on this machine's side is wrong: a certificate without its key, for example.
        case misconfigured
        /// The caller's task was cancelled.
        case cancelled
    }

    public let kind: Kind
    /// What it was about and what to do next, as one sentence.
    public let description: String

    /// - Parameter description: cleaned of control characters and cut at 1 KiB.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = Self.cleaned(description, limit: 1024)
    }

    /// True when the same request may work later or from elsewhere.
    public var isRetryable: Bool { kind == .temporary }

    static func invalid(_ text: String, _ reason: String) -> RegistryError {
        let shown = text.isEmpty ? "An empty text" : cleaned(text, limit: 300)
        return RegistryError(.invalidReference, "\(shown) is not an image name: \(reason).")
    }

    static let cancelled = RegistryError(.cancelled, "The pull was cancelled.")

    /// Without control characters (C0, DEL, C1) and direction overrides, so that it cannot drive a terminal or disguise
    /// itself; at most `limit` bytes.
    static func cleaned(_ text: String, limit: Int) -> String {
        var (result, byteCount) = (String.UnicodeScalarView(), 0)
        for scalar in text.unicodeScalars {
            let isControl =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            let kept: Unicode.Scalar = isControl ? " " : scalar
            byteCount += UTF8.width(kept)
            guard byteCount <= limit else { return String(result) + "…" }
            result.append(kept)
        }
        return String(result)
    }
}
