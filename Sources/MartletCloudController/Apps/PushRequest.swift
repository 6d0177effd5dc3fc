/// The body of `POST /martlet/v1/apps`: what should run.
public struct PushRequest: Codable, Hashable, Sendable {
    /// When an instance counts as up.
    public enum HealthCheckType: String, Codable, Hashable, Sendable, CaseIterable {
        /// Its first port accepts connections.
        case port
        /// Its first port answers a GET with 200.
        case http
        /// Its process runs.
        case process

        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            guard let type = Self(rawValue: try container.decode(String.self)) else {
                let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "must be one of \(known).")
            }
            self = type
        }
    }

    public var name: String
    /// As a user writes it: `nginx:1`, `registry.example:5000/team/app@sha256:…`.
    /// `nil` for a preloaded root file system.
    public var image: String?
    /// `preloaded:NAME`, for what the operator put on the cells; in place of `image`. No flag governs it.
    public var rootFS: String?
    public var instances: Int
    public var memoryMB: Int
    public var diskMB: Int
    /// For `/bin/sh -c`, in place of the image's entrypoint and command.
    public var command: String?
    public var environment: [String: String]
    /// For the registry.
    public var username: String?
    public var password: String?
    public var healthCheckType: HealthCheckType
    /// For `http`.
    public var healthCheckHTTPEndpoint: String
    /// Seconds for one check; `nil` is the cell's own.
    public var healthCheckInvocationTimeout: Int?
    /// Seconds until the first passed check.
    public var timeout: Int
    /// `nil` is the image's, or root.
    public var user: String?
    /// What the app listens on; `nil` is what the image exposes, or 8080.
    public var port: Int?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, image, instances, command, environment, username, password, timeout, user, port
        case rootFS = "rootfs"
        case memoryMB = "memory_mb"
        case diskMB = "disk_mb"
        case healthCheckType = "health_check_type"
        case healthCheckHTTPEndpoint = "health_check_http_endpoint"
        case healthCheckInvocationTimeout = "health_check_invocation_timeout"
    }

    public init(name: String, image: String) {
        self.init(name: name)
        self.image = image
    }

    public init(name: String, rootFS: String) {
        self.init(name: name)
        self.rootFS = rootFS
    }

    private init(name: String) {
        self.name = name
        instances = 1
        memoryMB = 256
        diskMB = 1_024
        environment = [:]
        healthCheckType = .port
        healthCheckHTTPEndpoint = "/"
        timeout = 60
    }

    /// Whatever is left out, or `null`, has its default.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<T: Decodable>(_ key: CodingKeys, _ fallback: T) throws -> T {
            try container.decodeIfPresent(T.self, forKey: key) ?? fallback
        }
        self.init(name: try container.decode(String.self, forKey: .name))
        image = try container.decodeIfPresent(String.self, forKey: .image)
        rootFS = try container.decodeIfPresent(String.self, forKey: .rootFS)
        instances = try value(.instances, instances)
        memoryMB = try value(.memoryMB, memoryMB)
        diskMB = try value(.diskMB, diskMB)
        command = try container.decodeIfPresent(String.self, forKey: .command)
        environment = try value(.environment, environment)
        username = try container.decodeIfPresent(String.self, forKey: .username)
        password = try container.decodeIfPresent(String.self, forKey: .password)
        healthCheckType = try value(.healthCheckType, healthCheckType)
        healthCheckHTTPEndpoint = try value(.healthCheckHTTPEndpoint, healthCheckHTTPEndpoint)
        healthCheckInvocationTimeout = try container.decodeIfPresent(Int.self, forKey: .healthCheckInvocationTimeout)
        timeout = try value(.timeout, timeout)
        user = try container.decodeIfPresent(String.self, forKey: .user)
        port = try container.decodeIfPresent(Int.self, forKey: .port)
    }
}
