/// An app as the API shows it: what was asked for, what it became, and how its instances are. Secrets are left out.
public struct AppResource: Codable, Hashable, Sendable {
    public struct Instance: Codable, Hashable, Sendable {
        public struct Port: Codable, Hashable, Sendable {
            public var containerPort: UInt32
            public var hostPort: UInt32

            private enum CodingKeys: String, CodingKey {
                case containerPort = "container_port"
                case hostPort = "host_port"
            }
        }

        public var index: Int
        /// Diego's words: `UNCLAIMED`, `CLAIMED`, `RUNNING`, `CRASHED`.
        public var state: String
        /// Seconds since it has this state.
        public var stateSeconds: Int
        /// True for one whose cell is lost or drained while a replacement is on its way.
        public var isBeingReplaced: Bool
        public var cellID: String?
        public var instanceGUID: String?
        /// Of the cell.
        public var address: String?
        public var ports: [Port]
        public var crashCount: Int
        /// Why it is not running, as far as that is known.
        public var details: String?

        private enum CodingKeys: String, CodingKey {
            case index, state, address, ports, details
            case stateSeconds = "state_seconds"
            case isBeingReplaced = "is_being_replaced"
            case cellID = "cell_id"
            case instanceGUID = "instance_guid"
            case crashCount = "crash_count"
        }
    }

    public var guid: String
    public var name: String
    /// As pushed: an image, or a preloaded root file system.
    public var image: String
    /// What all instances run; `nil` for a preloaded root file system.
    public var imageDigest: String?
    public var processGUID: String
    public var desiredInstances: Int
    public var runningInstances: Int
    public var memoryMB: Int
    public var diskMB: Int
    public var command: String?
    public var healthCheckType: PushRequest.HealthCheckType
    public var ports: [UInt32]
    /// RFC 3339.
    public var createdAt: String
    public var updatedAt: String
    /// By index.
    public var instances: [Instance]

    private enum CodingKeys: String, CodingKey {
        case guid, name, image, command, ports, instances
        case imageDigest = "image_digest"
        case processGUID = "process_guid"
        case desiredInstances = "desired_instances"
        case runningInstances = "running_instances"
        case memoryMB = "memory_mb"
        case diskMB = "disk_mb"
        case healthCheckType = "health_check_type"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

/// The body of `GET /martlet/v1/apps`.
public struct AppList: Codable, Hashable, Sendable {
    /// By name.
    public var apps: [AppResource]
}

/// The body of `PATCH /martlet/v1/apps/{name}`.
public struct ScaleRequest: Codable, Hashable, Sendable {
    public var instances: Int

    enum CodingKeys: String, CodingKey, CaseIterable { case instances }

    public init(instances: Int) { self.instances = instances }

    func validate() throws(APIError) {
        guard (0...PushRequest.instanceLimit).contains(instances) else {
            throw .unprocessable("instances must be from 0 to \(PushRequest.instanceLimit).")
        }
    }
}
