/// Writes tar streams header by header, right or wrong, for tests of readers: every dialect, every type letter.
///
///     var tar = TarStream()
///     tar.entry("etc/passwd", data: "root:x:0:0\n")
///     tar.entry("bin/sh", type: "2", link: "busybox")
///     tar.entry("x", pax: [("SCHILY.xattr.user.a", "1")])
public struct TarStream: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// One entry with a ustar header; what does not fit there has to come in `pax`.
    /// - Parameter type: the type letter: `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` directory,
    ///   `6` fifo.
    /// - Parameter size: what the header says; by default the length of `data`.
    public mutating func entry(
        _ name: String,
        type: Character = "0",
        data: String = "",
        link: String = "",
        mode: Int = 0o644,
        uid: Int = 0,
        gid: Int = 0,
        modified: Int = 1_700_000_000,
        size: Int? = nil,
        pax: [(name: String, value: String)] = []
    ) {
        raw(
            Array(name.utf8),
            type: type,
            data: Array(data.utf8),
            link: Array(link.utf8),
            mode: mode,
            uid: uid,
            gid: gid,
            modified: modified,
            size: size,
            pax: pax.map { ($0.name, Array($0.value.utf8)) }
        )
    }

    /// The same for names and values that are not text.
    public mutating func raw(
        _ name: [UInt8],
        type: Character = "0",
        data: [UInt8] = [],
        link: [UInt8] = [],
        mode: Int = 0o644,
        uid: Int = 0,
        gid: Int = 0,
        modified: Int = 1_700_000_000,
        size: Int? = nil,
        pax: [(name: String, value: [UInt8])] = []
    ) {
        if !pax.isEmpty { extended("x", pax) }
        var header = Header(type: type, mode: mode)
        header.put(Array(name.prefix(100)), at: 0)
        header.put(Array(link.prefix(100)), at: 157)
        header.number(uid, at: 108, width: 8)
        header.number(gid, at: 116, width: 8)
        header.number(size ?? data.count, at: 124, width: 12)
        header.number(modified, at: 136, width: 12)
        bytes += header.finished()
        pad(data)
    }

    /// Pax defaults for all entries that follow.
    public mutating func global(_ records: [(name: String, value: String)]) {
        extended("g", records.map { ($0.name, Array($0.value.utf8)) })
    }

    /// GNU's way to give the next entry a long name (`L`) or a long link (`K`).
    public mutating func long(_ type: Character, _ name: [UInt8]) {
        var header = Header(type: type, mode: 0)
        header.put(Array("././@LongLink".utf8), at: 0)
        header.put(Array("ustar  \0".utf8), at: 257)
        header.number(name.count + 1, at: 124, width: 12)
        bytes += header.finished()
        pad(name + [0])
    }

    /// A file with holes in GNU's old format, of at most four pieces.
    public mutating func sparse(_ name: String, size: Int, pieces: [(offset: Int, data: [UInt8])]) {
        var header = Header(type: "S", mode: 0o644)
        let data = pieces.flatMap(\.data)
        header.put(Array(name.utf8), at: 0)
        header.put(Array("ustar  \0".utf8), at: 257)
        header.number(data.count, at: 124, width: 12)
        header.number(1_700_000_000, at: 136, width: 12)
        for (index, piece) in pieces.enumerated() {
            header.number(piece.offset, at: 386 + 24 * index, width: 12)
            header.number(piece.data.count, at: 398 + 24 * index, width: 12)
        }
        header.number(size, at: 483, width: 12)
        bytes += header.finished()
        pad(data)
    }

    /// Any bytes, at this place.
    public mutating func append(_ more: [UInt8]) { bytes += more }

    /// The stream with its end marker.
    public func finished() -> [UInt8] { bytes + Array(repeating: 0, count: 1_024) }

    private mutating func extended(_ type: Character, _ records: [(name: String, value: [UInt8])]) {
        let body = records.flatMap { Self.record($0.name, $0.value) }
        var header = Header(type: type, mode: 0o644)
        header.put(Array("PaxHeaders/x".utf8), at: 0)
        header.number(body.count, at: 124, width: 12)
        bytes += header.finished()
        pad(body)
    }

    /// `LENGTH NAME=VALUE\n`, where the length counts its own digits.
    private static func record(_ name: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(name)=".utf8) + value + [0x0A]
        var length = rest.count
        while "\(length)".utf8.count + rest.count != length { length = "\(length)".utf8.count + rest.count }
        return Array("\(length)".utf8) + rest
    }

    private mutating func pad(_ data: [UInt8]) {
        bytes += data + Array(repeating: 0, count: (512 - data.count % 512) % 512)
    }

    /// One block of 512 bytes.
    private struct Header {
        private var bytes = [UInt8](repeating: 0, count: 512)

        init(type: Character, mode: Int) {
            put(Array(String(type).utf8), at: 156)
            put(Array("ustar\u{0}00".utf8), at: 257)
            number(mode, at: 100, width: 8)
            number(0, at: 108, width: 8)
            number(0, at: 116, width: 8)
            number(0, at: 136, width: 12)
        }

        mutating func put(_ text: [UInt8], at offset: Int) {
            bytes.replaceSubrange(offset..<offset + text.count, with: text)
        }

        /// Octal when it fits, base 256 (as GNU tar) otherwise.
        mutating func number(_ value: Int, at offset: Int, width: Int) {
            let digits = String(value, radix: 8)
            if value >= 0, digits.utf8.count < width {
                put(
                    Array((String(repeating: "0", count: width - 1 - digits.utf8.count) + digits).utf8) + [0],
                    at: offset
                )
                return
            }
            var field = (0..<width).map { place in
                let shift = 8 * (width - 1 - place)
                return UInt8(truncatingIfNeeded: shift < 64 ? value >> shift : (value < 0 ? -1 : 0))
            }
            field[0] = value < 0 ? 0xFF : 0x80
            put(field, at: offset)
        }

        func finished() -> [UInt8] {
            var block = self
            block.put(Array(repeating: 0x20, count: 8), at: 148)
            let sum = block.bytes.reduce(0) { $0 + Int($1) }
            block.put(
                Array(
                    (String(repeating: "0", count: 6 - String(sum, radix: 8).utf8.count) + String(sum, radix: 8)).utf8
                ) + [0, 0x20],
                at: 148
            )
            return block.bytes
        }
    }
}
