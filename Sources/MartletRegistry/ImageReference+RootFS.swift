internal import MartletCrypto

extension ImageReference {
    private static let scheme = "docker://"

    /// Parses the root file system of a desired LRP: `docker://[host[:port]]/path[#tag]`, where the first `#` stands for
    /// a colon, so that `…@sha256#<hex>` and `…#tag@sha256:<hex>` work too.
    ///
    /// An empty host is `docker.io`. `docker://org/repo` is a path on `docker.io`, because `org` is no host name.
    /// - Throws: `.invalidReference`.
    public init(rootFSURL text: String) throws(RegistryError) {
        guard text.hasPrefix(Self.scheme) else { throw .invalid(text, "it does not begin with \(Self.scheme)") }
        var rest = String(text.dropFirst(Self.scheme.count))
        if let hash = rest.firstIndex(of: "#") { rest.replaceSubrange(hash...hash, with: ":") }
        let hostIsEmpty = rest.hasPrefix("/")
        if hostIsEmpty { rest.removeFirst() }
        try self.init(rest, domainAllowed: !hostIsEmpty)
    }

    /// The root file system that a desired LRP names this image with, in the form that the Cloud Controller writes.
    ///
    /// Parsing it gives an equal reference.
    public var rootFSURL: String {
        let fragment =
            switch (tag, digest) {
            case (nil, nil): ""
            case (let tag?, nil): "#\(tag)"
            case (nil, let digest?): "@\(digest.algorithm.rawValue)#\(digest.hex)"
            case (let tag?, let digest?): "#\(tag)@\(digest)"
            }
        return "\(Self.scheme)\(namesDomain ? domain : "")/\(path)\(fragment)"
    }
}
