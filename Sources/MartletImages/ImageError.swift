public import MartletLinux
public import MartletRegistry

/// Why an image, a layer or a root file system is not there.
///
/// The text is meant for the person who wants it run; it holds no credentials.
public struct ImageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Closed, so that whoever maps errors decides each of them.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// The reference, or a name of ours, cannot be what it is.
        case invalid
        case notFound
        case denied
        /// The registry's certificate is not trusted.
        case insecure
        /// Not for this machine.
        case incompatible
        /// Cannot run here: unknown layer type, too many layers, a missing kernel feature.
        case unsupported
        /// Digests, sizes or archives are wrong, or a layer tries to leave its root.
        case corrupt
        /// A limit of size or of number of files was passed.
        case tooLarge
        /// Another minute, or another cell, may do better.
        case temporary
        /// Something on this machine's side is set up wrongly.
        case misconfigured
        /// The disk is full, or the kernel refused a file or mount operation.
        case storage
        case cancelled
    }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        (self.kind, self.description) = (kind, description)
    }

    /// True when the same pull may work later or on another cell.
    public var isRetryable: Bool { kind == .temporary || kind == .storage }

    static let cancelled = ImageError(.cancelled, "The pull was cancelled.")

    /// Says which layer is no good, where the text does not yet.
    func naming(_ layer: Digest) -> ImageError {
        switch kind {
        case .corrupt, .tooLarge:
            description.contains("\(layer)") ? self : ImageError(kind, "\(description) The layer is \(layer).")
        case .invalid, .notFound, .denied, .insecure, .incompatible, .unsupported, .temporary, .misconfigured, .storage,
            .cancelled:
            self
        }
    }
}

extension ImageError {
    /// - Parameter doing: what it was about, as the beginning of a sentence.
    public init(_ error: Errno, while doing: String) {
        self.init(.storage, "\(doing): \(error)")
    }

    public init(_ error: RegistryError) {
        let kind: Kind =
            switch error.kind {
            case .invalidReference: .invalid
            case .notFound: .notFound
            case .denied: .denied
            case .insecure: .insecure
            case .incompatible: .incompatible
            case .unsupported: .unsupported
            case .corrupt, .digestMismatch, .invalidAnswer: .corrupt
            case .temporary: .temporary
            case .misconfigured: .misconfigured
            case .cancelled: .cancelled
            }
        self.init(kind, error.description)
    }
}

/// Runs system calls and says what for, should one fail.
func storing<R: ~Copyable>(_ doing: @autoclosure () -> String, _ body: () throws(Errno) -> R) throws(ImageError) -> R {
    do throws(Errno) { return try body() } catch { throw ImageError(error, while: doing()) }
}
