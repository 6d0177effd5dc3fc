import MartletModels
import MartletRegistry

/// How an app and its image become a desired LRP (Cloud Controller section 13.2 to 13.6).
///
/// Instances run the digest that the name meant when it was pushed, so they are all alike, also tomorrow.
struct AppRecipe {
    static let domain = DomainName("cf-apps")
    static let maxPIDs = 2_048
    static let nofile: UInt64 = 16_384

    let request: PushRequest
    private let rootFS: RootFS
    /// `nil` for a preloaded root file system.
    let imageDigest: Digest?
    /// The image's own; empty without one.
    private let config: ImageConfig
    private let process: (path: String, arguments: [String])
    /// What the app listens on; never empty. The first is `PORT`.
    let ports: [UInt32]

    /// - Throws: 422 for an image that cannot be run as an app.
    init(_ request: PushRequest, _ image: ResolvedImage) throws(APIError) {
        try self.init(
            request,
            RootFS(image.reference.pinned(to: image.manifestDigest).rootFSURL),
            image.config,
            image.manifestDigest
        )
    }

    /// - Throws: 422 when there is no command.
    init(_ request: PushRequest, preloaded: RootFS) throws(APIError) {
        try self.init(request, preloaded, ImageConfig(), nil)
    }

    private init(
        _ request: PushRequest,
        _ rootFS: RootFS,
        _ config: ImageConfig,
        _ digest: Digest?
    ) throws(APIError) {
        (self.request, self.rootFS, self.config) = (request, rootFS, config)
        imageDigest = digest
        process = try Self.process(request, config)
        ports = try Self.ports(request, config)
    }

    /// One version of an app.
    struct Version {
        let appGUID: String
        let versionGUID: String
        let updatedAt: Timestamp
        /// Where the app finds the API.
        let apiURL: String

        var processGUID: ProcessGUID { ProcessGUID("\(appGUID)-\(versionGUID)") }
    }

    func desiredLRP(_ version: Version) throws(APIError) -> DesiredLRP {
        var lrp = DesiredLRP(
            processGUID: version.processGUID,
            domain: Self.domain,
            rootFS: rootFS,
            instances: request.instances,
            action: .run(try runAction(version))
        )
        lrp.checkDefinition = checkDefinition
        lrp.startTimeoutMilliseconds = Int64(request.timeout) * 1_000
        lrp.diskMB = request.diskMB
        lrp.memoryMB = request.memoryMB
        lrp.maxPIDs = Self.maxPIDs
        lrp.cpuWeight = UInt32(100 * min(max(request.memoryMB, 128), 8_192) / 8_192)
        lrp.ports = ports
        lrp.routes = [
            "cf-router": Array("[]".utf8), "internal-router": Array("[]".utf8), "tcp-router": Array("[]".utf8),
        ]
        lrp.logSource = "CELL"
        lrp.logGUID = version.appGUID
        lrp.metricsGUID = version.appGUID
        lrp.annotation = TimeText.epochSeconds(version.updatedAt)
        lrp.metricTags = metricTags(version)
        lrp.imageCredentials = ImageCredentials(username: request.username ?? "", password: request.password ?? "")
        return lrp
    }

    private func runAction(_ version: Version) throws(APIError) -> RunAction {
        let imageUser = config.user.isEmpty ? "root" : config.user
        return RunAction(
            path: process.path,
            arguments: process.arguments,
            directory: config.workingDir.isEmpty ? "/" : config.workingDir,
            environment: try environment(version),
            nofile: Self.nofile,
            user: request.user.flatMap { $0.isEmpty ? nil : $0 } ?? imageUser,
            logSource: "APP/PROC/WEB"
        )
    }

    /// The cell puts what the image sets underneath.
    private func environment(_ version: Version) throws(APIError) -> [EnvironmentVariable] {
        let own = request.environment.sorted { $0.key < $1.key }.map {
            EnvironmentVariable(name: $0.key, value: $0.value)
        }
        let application = try JSONBody.bytes(ApplicationDescription(request, version))
        return [EnvironmentVariable(name: "PORT", value: String(ports[0]))] + own + [
            EnvironmentVariable(name: "VCAP_APPLICATION", value: String(decoding: application, as: UTF8.self)),
            EnvironmentVariable(name: "MEMORY_LIMIT", value: "\(request.memoryMB)m"),
            EnvironmentVariable(name: "VCAP_SERVICES", value: "{}"),
        ]
    }

    private func metricTags(_ version: Version) -> [String: MetricTagValue] {
        [
            "source_id": MetricTagValue(static: version.appGUID),
            "app_id": MetricTagValue(static: version.appGUID),
            "app_name": MetricTagValue(static: request.name),
            "process_id": MetricTagValue(static: version.appGUID),
            "process_type": MetricTagValue(static: "web"),
            "process_instance_id": MetricTagValue(dynamic: .instanceGUID),
            "instance_id": MetricTagValue(dynamic: .index),
        ]
    }

    private var checkDefinition: CheckDefinition? {
        let timeout = UInt64(request.healthCheckInvocationTimeout ?? 0) * 1_000
        let check: Check
        switch request.healthCheckType {
        case .process: return nil
        case .port: check = Check(tcp: TCPCheck(port: ports[0], connectTimeoutMilliseconds: timeout))
        case .http:
            check = Check(
                http: HTTPCheck(
                    port: ports[0],
                    requestTimeoutMilliseconds: timeout,
                    path: request.healthCheckHTTPEndpoint
                )
            )
        }
        return CheckDefinition(checks: [check], logSource: "HEALTH")
    }

    private static func process(
        _ request: PushRequest,
        _ config: ImageConfig
    ) throws(APIError) -> (String, [String]) {
        if let command = request.command, !command.isEmpty { return ("/bin/sh", ["-c", command]) }
        let words = config.entrypoint + config.cmd
        guard let path = words.first, !path.isEmpty else {
            throw .unprocessable("The image has neither an entrypoint nor a command; push it with a command.")
        }
        return (path, Array(words.dropFirst()))
    }

    private static func ports(_ request: PushRequest, _ config: ImageConfig) throws(APIError) -> [UInt32] {
        if let port = request.port { return [UInt32(port)] }
        guard !config.exposesNoTCP else {
            throw .unprocessable("The image exposes ports, but none of them is TCP; expose the one that it listens on.")
        }
        guard config.malformedPorts.isEmpty else {
            let list = config.malformedPorts.joined(separator: ", ")
            throw .unprocessable("The image exposes what is no port (\(list)); correct its EXPOSE lines.")
        }
        let exposed = config.exposedTCPPorts.map(UInt32.init)
        return exposed.isEmpty ? [8_080] : exposed
    }
}
