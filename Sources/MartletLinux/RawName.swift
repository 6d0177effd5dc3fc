/// A path or a name as the kernel has it: any bytes but NUL, not necessarily text.
///
/// File names inside images are such bytes; turning them into `String` would change those that are not UTF-8.
public struct RawName: Hashable, Sendable, Comparable {
    /// The bytes, and one NUL after them.
    private let terminated: [UInt8]

    /// Nothing when `bytes` holds a NUL.
    public init?(_ bytes: some Collection<UInt8>) {
        guard !bytes.contains(0) else { return nil }
        var terminated: [UInt8] = []
        terminated.reserveCapacity(bytes.count + 1)
        terminated += bytes
        terminated.append(0)
        self.terminated = terminated
    }

    /// A name of our own.
    /// - Precondition: `text` holds no NUL.
    public init(_ text: String) {
        precondition(!text.utf8.contains(0), "a name holds no NUL")
        terminated = Array(text.utf8) + [0]
    }

    public var bytes: ArraySlice<UInt8> { terminated.dropLast() }
    public var count: Int { terminated.count - 1 }
    public var isEmpty: Bool { count == 0 }

    /// For messages and logs: bytes that are not UTF-8 become U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// `/` between this path and `name`.
    public func appending(_ name: RawName) -> RawName {
        isEmpty ? name : RawName(terminated: bytes + [0x2F] + name.terminated)
    }

    /// Byte order, which is not the order of any language.
    public static func < (left: RawName, right: RawName) -> Bool {
        left.terminated.lexicographicallyPrecedes(right.terminated)
    }

    private init(terminated: some Sequence<UInt8>) {
        self.terminated = Array(terminated)
    }

    /// The bytes as C wants them; the pointer is valid during `body` only.
    func withPointer<R, E: Error>(_ body: (UnsafePointer<CChar>) throws(E) -> R) throws(E) -> R {
        let result: Result<R, E> = unsafe terminated.withUnsafeBytes { bytes in
            do throws(E) {
                guard let base = unsafe bytes.bindMemory(to: CChar.self).baseAddress else {
                    preconditionFailure("a terminated name has at least one byte")
                }
                return .success(try unsafe body(base))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

extension RawName: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) { self.init(value) }
    public var description: String { text }
}
