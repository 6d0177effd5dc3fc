/// The name of an image: registry, repository, and a tag or a digest.
///
/// Parsed once at the edge, so a value of this type can always be put into a request.
public struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// `docker.io`, the registry that is meant when none is named.
    public static let defaultDomain = "docker.io"

    /// Registry as the user sees it, with the port if one was given: `host:5000`, `[::1]:5000`. Lower-case, but for a host
    /// that is told from a path only by its capitals.
    public let domain: String
    /// Repository on that registry, 1 to 255 bytes, for example `library/busybox`.
    public let path: String
    /// `nil` when none was given; see `effectiveTag`.
    public let tag: String?
    /// Wins over the tag when both are there.
    public let digest: Digest?
    /// False when the registry was left out and `docker.io` is meant. It decides how the name is written, and nothing
    /// else: two references that differ only here are equal.
    public let namesDomain: Bool

    init(domain: String, namesDomain: Bool, path: String, tag: String?, digest: Digest?) {
        self.domain = domain
        self.namesDomain = namesDomain
        self.path = path
        self.tag = tag
        self.digest = digest
    }

    /// What the registry is asked for: the digest, else the tag, else `latest`.
    public var target: String { digest?.description ?? effectiveTag }

    /// The tag, or `latest`; without meaning when there is a digest.
    public var effectiveTag: String { tag ?? "latest" }

    /// The whole name, for example `docker.io/library/busybox:latest`.
    public var description: String { "\(domain)/\(path)" + suffix(tag: digest == nil ? effectiveTag : tag) }

    /// The name with the registry left out when it was left out, and always with a tag or a digest, for example
    /// `library/busybox:latest`.
    public var familiarName: String {
        (namesDomain ? "\(domain)/" : "") + path + suffix(tag: digest == nil ? effectiveTag : tag)
    }

    /// The same image, pinned to `digest`.
    public func pinned(to digest: Digest) -> ImageReference {
        ImageReference(domain: domain, namesDomain: namesDomain, path: path, tag: tag, digest: digest)
    }

    /// Equal when the whole names are: `nginx` is `docker.io/library/nginx:latest`.
    public static func == (left: Self, right: Self) -> Bool { left.description == right.description }

    public func hash(into hasher: inout Hasher) { hasher.combine(description) }

    private func suffix(tag: String?) -> String {
        (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}
