import MartletLinux

/// The path of a tar entry below the layer's root: cleaned, checked, and never leading out of it.
struct EntryPath: Hashable, Sendable {
    /// Without `.`, `..` and empty ones; none for the root itself.
    let components: [RawName]
    /// True when the archive wrote it with a slash at the end, which makes a directory of a regular entry (old tars).
    let endsWithSlash: Bool

    var isRoot: Bool { components.isEmpty }
    var parent: ArraySlice<RawName> { components.dropLast() }

    /// - Throws: `.corrupt` for a path that leaves the root, is empty, holds NUL, or is longer or deeper than `limits`.
    init(_ bytes: [UInt8], limits: LayerLimits) throws(ImageError) {
        func refuse(_ reason: String) -> ImageError {
            ImageError(.corrupt, "A layer has an entry that \(reason): \(Self.shown(bytes)).")
        }
        guard !bytes.isEmpty else { throw refuse("has no name") }
        guard bytes.count <= limits.pathLength else { throw refuse("has too long a path") }
        var components: [RawName] = []
        for part in bytes.split(separator: UInt8(ascii: "/")) where part != [UInt8(ascii: ".")] {
            if part == [UInt8(ascii: "."), UInt8(ascii: ".")] {
                guard components.popLast() != nil else { throw refuse("leaves its root") }
                continue
            }
            guard part.count <= limits.componentLength else { throw refuse("has too long a name") }
            guard let name = RawName(part) else { throw refuse("has a NUL in its name") }
            components.append(name)
        }
        guard components.count <= limits.depth else { throw refuse("is nested too deeply") }
        self.components = components
        endsWithSlash = bytes.last == UInt8(ascii: "/")
    }

    private static func shown(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(200).map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }
}
