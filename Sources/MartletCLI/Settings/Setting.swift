/// One thing that an operator may set for a role: as `--name VALUE`, as `MARTLET_NAME`, or as a key of the file.
public struct Setting: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case text
        /// A whole number that is not negative, with what it counts.
        case number(unit: String)
        /// A number of seconds; fractions are allowed.
        case seconds
        /// As `seconds`, but more than 0: the time between two things that happen again and again.
        case interval
        /// A part of a whole, from 0 to 1.
        case share
        /// May be given several times; in the file an array, in the environment separated by commas.
        case list
    }

    /// Lower-case words joined by `-`, the same in every place.
    public let name: String
    public let kind: Kind
    /// As an operator would write it; `nil` means that it is worked out, as `help` says.
    public let fallback: String?
    /// One line: what it is, and how the default comes about.
    public let help: String

    public init(_ name: String, _ kind: Kind, fallback: String?, help: String) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.help = help
    }

    /// Its name in the environment, for example `MARTLET_CELL_ID`.
    public var environmentName: String {
        "MARTLET_" + name.uppercased().replacing("-", with: "_")
    }
}

extension Setting {
    /// What every role understands.
    public static let common: [Setting] = [
        Setting("config", .text, fallback: nil, help: "JSON file with any of these settings"),
        Setting("data", .text, fallback: "/var/lib/martlet", help: "directory for state that must survive a reboot"),
        Setting("log-level", .text, fallback: "info", help: "error, warning, notice, info or debug"),
        Setting(
            "log-format",
            .text,
            fallback: nil,
            help: "journal, text or json; default: journal under systemd, else text"
        ),
    ]

    /// What `martlet server` understands beside `common`.
    public static let server: [Setting] = [
        Setting("bbs-address", .text, fallback: "127.0.0.1:8889", help: "where the BBS API listens"),
        Setting("api-address", .text, fallback: "127.0.0.1:9022", help: "where the operator API listens"),
        Setting("health-address", .text, fallback: "127.0.0.1:8890", help: "where the health page listens"),
        Setting(
            "convergence-interval",
            .interval,
            fallback: "30",
            help: "time between two convergence passes over everything; changes are acted on at once"
        ),
        Setting(
            "convergence-brake-share",
            .share,
            fallback: "0.5",
            help:
                "stops that nobody decided are held back when they are more than this share of all instances; 1: never"
        ),
        Setting(
            "convergence-brake-minimum",
            .number(unit: "instances"),
            fallback: "10",
            help: "fewer stops than this are never held back"
        ),
    ]

    /// What `martlet cell` understands beside `common` and `images`.
    public static let cell: [Setting] = [
        Setting("run", .text, fallback: "/run/martlet", help: "directory for what a reboot may clear"),
        Setting(
            "bbs-url",
            .text,
            fallback: nil,
            help: "the BBS API of the server; default: http:// and bbs-address with up, else http://127.0.0.1:8889"
        ),
        Setting("rep-address", .text, fallback: "127.0.0.1:1800", help: "where the cell's API listens"),
        Setting("cell-id", .text, fallback: "cell-1", help: "the cell's name, different on every machine"),
        Setting("zone", .text, fallback: "z1", help: "availability zone; instances are spread over zones"),
        Setting("external-address", .text, fallback: "127.0.0.1", help: "address under which instances answer"),
        Setting("memory-mb", .number(unit: "MiB"), fallback: nil, help: "memory to give away; default: the machine's"),
        Setting("disk-mb", .number(unit: "MiB"), fallback: nil, help: "disk to give away; default: the data disk's"),
        Setting(
            "image-cache-mb",
            .number(unit: "MiB"),
            fallback: "10240",
            help: "layers of images that nothing runs from are removed while all take more than this"
        ),
        Setting("containers", .number(unit: "containers"), fallback: "250", help: "how many may exist at once"),
        Setting("network-pool", .text, fallback: "10.254.0.0/16", help: "addresses of containers, one /30 each"),
        Setting("host-ports", .text, fallback: "61001-65534", help: "ports of the cell that lead to containers"),
        Setting("preloaded", .list, fallback: nil, help: "root file system on the cell, as NAME:PATH"),
        Setting("id-slots", .text, fallback: "16-65000", help: "blocks of 65,536 user ids for containers"),
        Setting("stop-grace", .seconds, fallback: "10", help: "time between SIGTERM and SIGKILL"),
        Setting("presence-ttl", .seconds, fallback: "15", help: "a cell that is silent for this long is lost"),
    ]

    /// What everything that talks to registries understands.
    public static let images: [Setting] = [
        Setting("insecure-registry", .list, fallback: nil, help: "HOST:PORT or CIDR that may use plain HTTP"),
        Setting("certs-dir", .list, fallback: "/etc/martlet/certs.d", help: "registry CAs and keys, by HOST:PORT"),
    ]
}
