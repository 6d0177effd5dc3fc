/// Where an LRP's root file system comes from: a URL whose scheme decides everything else.
///
/// `docker://host/path#tag` is pulled, `preloaded:name` is on the cell already.
public struct RootFS: Hashable, Sendable, CustomStringConvertible {
    public let url: String

    public init(_ url: String) { self.url = url }

    public var description: String { url }

    /// The text before the first `:`, in lower case; `nil` when there is none, which validation refuses.
    public var scheme: String? {
        guard let colon = url.firstIndex(of: ":"), colon != url.startIndex else { return nil }
        let scheme = url[..<colon]
        guard
            scheme.first?.isASCII == true, scheme.first?.isLetter == true,
            scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        else { return nil }
        return scheme.lowercased()
    }

    /// The text between the scheme and `?`, for example the name of a preloaded file system.
    public var opaque: String {
        guard let colon = url.firstIndex(of: ":") else { return "" }
        return String(url[url.index(after: colon)...].prefix { $0 != "?" })
    }

    /// Whether `diego_docker` governs it: it comes from a pushed image, whatever the transport.
    ///
    /// Only what the operator put on the cell beforehand (`preloaded`, `preloaded+layer`) is exempt, so a scheme
    /// invented tomorrow is governed by the flag until someone decides otherwise.
    public var isDocker: Bool {
        switch scheme {
        case "preloaded", "preloaded+layer": false
        default: true
        }
    }
}
