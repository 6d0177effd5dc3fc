import MartletArchive
import MartletLinux

/// Which extended attributes of an image are kept.
///
/// `trusted.overlay.…` above all must not get to the disk: overlay would obey it, and show other directories of the layers.
struct AttributeFilter: Sendable {
    let limits: LayerLimits

    private static let capability = Array("security.capability".utf8)
    private static let allowed: Set<[UInt8]> = [
        capability, Array("system.posix_acl_access".utf8), Array("system.posix_acl_default".utf8),
    ]
    private static let user = Array("user.".utf8)
    private static let userOverlay = Array("user.overlay.".utf8)

    /// What to set, in the order of the archive; later ones of the same name win by being set later.
    /// - Throws: `.tooLarge` above the limits, `.corrupt` for capabilities that are none.
    func kept(_ attributes: [TarEntry.ExtendedAttribute]) throws(ImageError) -> [(name: RawName, value: [UInt8])] {
        var kept: [(name: RawName, value: [UInt8])] = []
        var total = 0
        for attribute in attributes {
            total += attribute.name.count + attribute.value.count
            guard attribute.name.count <= limits.attributeNameLength,
                attribute.value.count <= limits.attributeValueLength, total <= limits.attributesTotal
            else { throw ImageError(.tooLarge, "A layer has a file with too large extended attributes.") }
            guard Self.isAllowed(attribute.name), let name = RawName(attribute.name) else { continue }
            let isCapability = attribute.name == Self.capability
            kept.append((name, isCapability ? try Self.capabilities(attribute.value) : attribute.value))
        }
        return kept
    }

    static func isAllowed(_ name: [UInt8]) -> Bool {
        if allowed.contains(name) { return true }
        return name.starts(with: user) && name.count > user.count && !name.starts(with: userOverlay)
    }

    /// As version 2, which means "in the namespace that owns the mount". Version 3 (capabilities(7)) adds the id of a root
    /// user, which would be one of the machine that built the image.
    static func capabilities(_ value: [UInt8]) throws(ImageError) -> [UInt8] {
        let revision = value.count >= 4 ? value[3] : 0
        switch (value.count, revision) {
        case (20, 2): return value
        case (24, 3): return value[..<3] + [2] + value[4..<20]
        default: throw ImageError(.corrupt, "A layer has a file with capabilities of an unknown form.")
        }
    }
}
