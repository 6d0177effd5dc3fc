public import MartletRegistry

/// Names a layer applied on a particular stack of lower layers (OCI image specification, "Layer ChainID").
///
/// Equal contents on different parents have different chain ids, because what unpacking makes of a layer depends on what
/// is below it.
public struct ChainID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let digest: Digest

    public init(_ digest: Digest) {
        self.digest = digest
    }

    /// The chain ids of a whole image, lowest layer first.
    /// - Parameter diffIDs: digests of the uncompressed layers, lowest first.
    public static func chain(_ diffIDs: [Digest]) -> [ChainID] {
        var chain: [ChainID] = []
        for diffID in diffIDs {
            guard let parent = chain.last else {
                chain.append(ChainID(diffID))
                continue
            }
            chain.append(ChainID(Digest(of: Array("\(parent.digest) \(diffID)".utf8))))
        }
        return chain
    }

    /// The name of its directory in the store.
    var directoryName: String { digest.hex }

    public var description: String { digest.description }

    public static func < (left: Self, right: Self) -> Bool { left.digest < right.digest }
}
