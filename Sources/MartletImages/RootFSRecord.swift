import MartletRegistry

/// Which layers a root file system is made of: a text file beside it, one chain id a line, lowest first.
struct RootFSRecord: Hashable, Sendable {
    static let fileName = "layers"

    let chainIDs: [ChainID]

    init(_ base: RootFSBase) {
        chainIDs = base.chainIDs
    }

    /// Nothing when a line is not a digest.
    init?(decoding bytes: [UInt8]) {
        var chainIDs: [ChainID] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let digest = Digest(String(decoding: line, as: UTF8.self)) else { return nil }
            chainIDs.append(ChainID(digest))
        }
        self.chainIDs = chainIDs
    }

    func encoded() -> [UInt8] { chainIDs.flatMap { Array("\($0)\n".utf8) } }
}
