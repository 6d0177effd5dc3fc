/// A kind of machine, in Go's naming, as images name it.
public struct Platform: Hashable, Sendable, CustomStringConvertible {
    /// `linux`
    public var os: String
    /// `amd64`, `arm64`, `arm`, …
    public var architecture: String
    /// The best variant that the machine can run, for example `v8` of `arm64` or `v3` of `amd64`; `nil` when nothing
    /// is known.
    public var variant: String?

    public init(os: String = "linux", architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    /// The machine this was built for.
    #if arch(arm64)
    public static let current = Platform(architecture: "arm64", variant: "v8")
    #else
    public static let current = Platform(architecture: "amd64")
    #endif

    public var description: String { "\(os)/\(architecture)" + (variant.map { "/\($0)" } ?? "") }

    /// Variants of an image that run here, best first; `""` is an image that names none.
    ///
    /// `amd64` prefers the plain image, because its variants are a promise about the processor.
    var acceptedVariants: [String] {
        switch architecture {
        case "arm": Self.upTo(variant ?? "v8", of: ["v8", "v7", "v6", "v5"]) + [""]
        case "arm64": ["v8", ""]
        case "amd64": [""] + (variant.map { Self.upTo($0, of: ["v4", "v3", "v2"]) } ?? [])
        default: [variant ?? "", ""]
        }
    }

    private static func upTo(_ best: String, of descending: [String]) -> [String] {
        guard let index = descending.firstIndex(of: best) else { return [] }
        return Array(descending[index...])
    }
}
