extension ImageReference {
    /// More bytes than any valid name, tag and digest have together.
    private static let byteCountLimit = 1024

    /// Parses `[domain/]path[:tag][@digest]`.
    ///
    /// The first component is a registry when it has a dot or a colon, is `localhost`, or is in capitals. One with
    /// capitals and small letters is refused: more likely a mistyped path than a host, and nothing must be sent to a host
    /// that nobody meant.
    /// A single component on `docker.io` is completed to `library/…`.
    /// - Throws: `.invalidReference`, saying which part is wrong.
    public init(_ text: String) throws(RegistryError) {
        try self.init(text, domainAllowed: true)
    }

    /// - Parameter domainAllowed: false when the registry was given (as empty) elsewhere, so that the whole name is a
    ///   path on `docker.io`.
    init(_ text: String, domainAllowed: Bool) throws(RegistryError) {
        guard text.utf8.count <= Self.byteCountLimit else { throw .invalid(text, "it is too long") }
        var name = text[...]
        var digest: Digest?
        if let at = name.firstIndex(of: "@") {
            guard let parsed = Digest(name[name.index(after: at)...]) else {
                throw .invalid(text, "after @ it needs sha256: and 64, or sha512: and 128, hexadecimal digits")
            }
            digest = parsed
            name = name[..<at]
        }
        let tag = try Self.cutTag(from: &name, of: text)
        let (domain, path) = domainAllowed ? Self.cutDomain(from: name) : (nil, name)
        if let domain {
            guard HostAndPort(domain) != nil else {
                throw .invalid(text, "\(domain) is not a host with an optional port from 1 to 65535")
            }
        } else if path.utf8.count == 64, path.utf8.allSatisfy(\.isLowercaseHex) {
            throw .invalid(text, "a bare image id is not a name")
        }
        self = try Self.assemble(domain: domain, path: path, tag: tag, digest: digest, text: text)
    }

    private static func assemble(
        domain: Substring?,
        path: Substring,
        tag: String?,
        digest: Digest?,
        text: String
    ) throws(RegistryError) -> ImageReference {
        // A host that is known only by its capitals keeps them, or the name would mean a path when it is read again.
        let keepsCapitals = domain.map { !$0.contains(".") && !$0.contains(":") } ?? false
        var domainName = domain.map { keepsCapitals ? String($0) : $0.lowercased() } ?? defaultDomain
        if domainName == "index.docker.io" { domainName = defaultDomain }
        let needsLibrary = domainName == defaultDomain && !path.contains("/")
        let path = (needsLibrary ? "library/" : "") + path
        guard path.utf8.count <= 255 else { throw .invalid(text, "its path is longer than 255 bytes") }
        guard path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ isPathComponent($0.utf8) })
        else {
            throw .invalid(
                text,
                "each part of its path needs lower-case letters and digits, with ., _, __ or dashes only in between"
            )
        }
        return ImageReference(domain: domainName, namesDomain: domain != nil, path: path, tag: tag, digest: digest)
    }

    /// Cuts `:tag` off the end; a colon before the last slash belongs to the registry's port.
    private static func cutTag(from name: inout Substring, of text: String) throws(RegistryError) -> String? {
        guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return nil }
        let tag = name[name.index(after: colon)...]
        guard isTag(tag.utf8) else {
            throw .invalid(text, "a tag needs 1 to 128 letters, digits, _, . or -, and may not begin with . or -")
        }
        name = name[..<colon]
        return String(tag)
    }

    private static func cutDomain(from name: Substring) -> (domain: Substring?, path: Substring) {
        guard let slash = name.firstIndex(of: "/") else { return (nil, name) }
        let first = name[..<slash]
        let isCapitals =
            first.utf8.contains(where: \.isUppercaseLetter) && !first.utf8.contains(where: \.isLowercaseLetter)
        let isDomain = first == "localhost" || isCapitals || first.contains(".") || first.contains(":")
        return isDomain ? (first, name[name.index(after: slash)...]) : (nil, name)
    }

    private static func isTag(_ tag: Substring.UTF8View) -> Bool {
        guard let first = tag.first, tag.count <= 128, first.isLetterOrDigit || first == UInt8(ascii: "_") else {
            return false
        }
        return tag.allSatisfy { $0.isLetterOrDigit || "_.-".utf8.contains($0) }
    }

    /// Runs of lower-case letters and digits, joined by `.`, `_`, `__` or any number of dashes.
    private static func isPathComponent(_ component: Substring.UTF8View) -> Bool {
        var separator: [UInt8] = []
        var sawWord = false
        for byte in component {
            if byte.isDigit || byte.isLowercaseLetter {
                guard separator.isEmpty || (sawWord && isSeparator(separator)) else { return false }
                (sawWord, separator) = (true, [])
            } else {
                separator.append(byte)
            }
        }
        return sawWord && separator.isEmpty
    }

    private static func isSeparator(_ bytes: [UInt8]) -> Bool {
        let (dot, underscore) = (UInt8(ascii: "."), UInt8(ascii: "_"))
        return bytes == [dot] || bytes == [underscore] || bytes == [underscore, underscore]
            || bytes.allSatisfy { $0 == UInt8(ascii: "-") }
    }
}
