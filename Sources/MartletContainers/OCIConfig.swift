/// The parts of an OCI runtime configuration that Martlet uses (OCI runtime specification 1.0, `config.md`).
struct OCIConfig: Hashable, Sendable, Encodable {
    struct Root: Hashable, Sendable, Encodable {
        var path: String
        var readonly = false
    }

    struct Mount: Hashable, Sendable, Encodable {
        var destination: String
        var type: String
        var source: String
        var options: [String]
    }

    struct IDMapping: Hashable, Sendable, Encodable {
        var containerID: UInt32
        var hostID: UInt32
        var size: UInt32
    }

    struct Namespace: Hashable, Sendable, Encodable {
        var type: String
        /// An existing namespace to join; a new one when nil.
        var path: String?
    }

    var ociVersion = "1.0.0"
    var process: OCIProcess
    var root: Root
    var hostname: String
    var mounts: [Mount]
    var linux: Linux

    struct Linux: Hashable, Sendable, Encodable {
        var namespaces: [Namespace]
        var uidMappings: [IDMapping]
        var gidMappings: [IDMapping]
        var cgroupsPath: String
        var resources: Resources
        var rootfsPropagation = "private"
        var seccomp: Seccomp
        var sysctl: [String: String]
        var maskedPaths: [String]
        var readonlyPaths: [String]
    }
}

/// A process of a container, as the runtime's `exec` and the configuration's `process` take it.
struct OCIProcess: Hashable, Sendable, Encodable {
    struct User: Hashable, Sendable, Encodable {
        var uid: UInt32
        var gid: UInt32
        var additionalGids: [UInt32] = []
    }

    struct Capabilities: Hashable, Sendable, Encodable {
        var bounding: [String]
        var effective: [String]
        var permitted: [String]
    }

    struct Limit: Hashable, Sendable, Encodable {
        var type: String
        var hard: UInt64
        var soft: UInt64
    }

    var terminal = false
    var user: User
    var args: [String]
    var env: [String]
    var cwd: String
    var capabilities: Capabilities
    var rlimits: [Limit] = []
    var noNewPrivileges: Bool
    /// Of the whole container; without it the agent's own would be inherited.
    var oomScoreAdj: Int?
}

extension OCIConfig {
    struct Resources: Hashable, Sendable, Encodable {
        struct Device: Hashable, Sendable, Encodable {
            var allow: Bool
            var type: String?
            var major: Int64?
            var minor: Int64?
            var access: String
        }

        struct Memory: Hashable, Sendable, Encodable {
            var limit: Int64
            /// Memory and swap together; the same value as `limit` means no swap.
            var swap: Int64?
        }

        struct CPU: Hashable, Sendable, Encodable {
            var shares: Int64
        }

        struct Pids: Hashable, Sendable, Encodable {
            var limit: Int64
        }

        var devices: [Device]
        var memory: Memory?
        var cpu: CPU?
        var pids: Pids?
    }

    struct Seccomp: Hashable, Sendable, Encodable {
        struct Argument: Hashable, Sendable, Encodable {
            var index: Int
            var value: UInt64
            var valueTwo: UInt64?
            var op: String
        }

        struct Rule: Hashable, Sendable, Encodable {
            var names: [String]
            var action: String
            var errnoRet: UInt32?
            var args: [Argument]?
        }

        var defaultAction: String
        var defaultErrnoRet: UInt32
        var architectures: [String]
        var syscalls: [Rule]
    }
}
