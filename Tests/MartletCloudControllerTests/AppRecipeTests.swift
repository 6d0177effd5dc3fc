import MartletHTTP
import MartletModels
import MartletRegistry
import Testing

@testable import MartletCloudController

@Suite("App recipe")
struct AppRecipeTests {
    private let version = AppRecipe.Version(
        appGUID: "app",
        versionGUID: "v1",
        updatedAt: Timestamp(nanoseconds: 1_700_000_000_250_000_000),
        apiURL: "http://api.test"
    )

    private func recipe(_ request: PushRequest, _ config: ImageConfig) throws -> AppRecipe {
        let reference = try ImageReference(request.image ?? "")
        let image = ResolvedImage(
            reference: reference,
            manifestDigest: digest,
            manifest: ImageManifest(
                config: ImageDescriptor(mediaType: "application/json", digest: digest, size: 2),
                layers: []
            ),
            config: config
        )
        return try AppRecipe(request, image)
    }

    @Test("the whole of a plain app")
    func whole() throws {
        var expected = DesiredLRP(
            processGUID: ProcessGUID("app-v1"),
            domain: DomainName("cf-apps"),
            rootFS: RootFS("docker:///library/nginx@sha256#\(digest.hex)"),
            instances: 1,
            action: .run(
                RunAction(
                    path: "/docker-entrypoint.sh",
                    arguments: ["nginx", "-g", "daemon off;"],
                    directory: "/",
                    environment: [
                        EnvironmentVariable(name: "PORT", value: "80"), EnvironmentVariable(name: "A", value: "1"),
                        EnvironmentVariable(
                            name: "VCAP_APPLICATION",
                            value: #"{"application_id":"app","application_name":"web","application_uris":[],"#
                                + #""application_version":"v1","cf_api":"http://api.test","#
                                + #""limits":{"disk":1024,"fds":16384,"mem":256},"name":"web","process_id":"app","#
                                + #""process_type":"web","uris":[],"version":"v1"}"#
                        ),
                        EnvironmentVariable(name: "MEMORY_LIMIT", value: "256m"),
                        EnvironmentVariable(name: "VCAP_SERVICES", value: "{}"),
                    ],
                    nofile: 16_384,
                    user: "root",
                    logSource: "APP/PROC/WEB"
                )
            )
        )
        expected.checkDefinition = CheckDefinition(checks: [Check(tcp: TCPCheck(port: 80))], logSource: "HEALTH")
        expected.startTimeoutMilliseconds = 60_000
        expected.diskMB = 1_024
        expected.memoryMB = 256
        expected.maxPIDs = 2_048
        expected.cpuWeight = 3
        expected.ports = [80]
        expected.routes = [
            "cf-router": Array("[]".utf8), "internal-router": Array("[]".utf8), "tcp-router": Array("[]".utf8),
        ]
        expected.logSource = "CELL"
        expected.logGUID = "app"
        expected.metricsGUID = "app"
        expected.annotation = "1700000000.25"
        expected.metricTags = [
            "source_id": MetricTagValue(static: "app"), "app_id": MetricTagValue(static: "app"),
            "app_name": MetricTagValue(static: "web"), "process_id": MetricTagValue(static: "app"),
            "process_type": MetricTagValue(static: "web"),
            "process_instance_id": MetricTagValue(dynamic: .instanceGUID),
            "instance_id": MetricTagValue(dynamic: .index),
        ]
        var request = PushRequest(name: "web", image: "nginx")
        request.environment = ["A": "1"]
        let lrp = try recipe(request, nginx).desiredLRP(version)
        #expect(lrp == expected)
        try lrp.validate()
    }

    @Test("a command replaces entrypoint and command of the image; its directory and user stay")
    func command() throws {
        var config = nginx
        config.user = "1000:1000"
        config.workingDir = "/srv"
        var request = PushRequest(name: "web", image: "nginx")
        request.command = "echo $PORT"
        guard case .run(let run) = try recipe(request, config).desiredLRP(version).action else {
            Issue.record("not a run action")
            return
        }
        #expect(run.path == "/bin/sh" && run.arguments == ["-c", "echo $PORT"])
        #expect(run.directory == "/srv" && run.user == "1000:1000")
    }

    @Test("several ports are all mapped, ascending; the first is PORT and the one that is checked")
    func ports() throws {
        var config = nginx
        config.exposedPorts = [ExposedPort(53, .udp), ExposedPort(80), ExposedPort(443)]
        var request = PushRequest(name: "web", image: "nginx")
        request.healthCheckType = .http
        request.healthCheckHTTPEndpoint = "/healthz"
        request.healthCheckInvocationTimeout = 2
        let lrp = try recipe(request, config).desiredLRP(version)
        let check = HTTPCheck(port: 80, requestTimeoutMilliseconds: 2_000, path: "/healthz")
        #expect(lrp.ports == [80, 443])
        #expect(lrp.checkDefinition?.checks == [Check(http: check)])
        request.healthCheckType = .process
        #expect(try recipe(request, config).desiredLRP(version).checkDefinition == nil)
        config.exposedPorts = []
        #expect(try recipe(request, config).ports == [8_080])
    }

    @Test("an image without a usable port or without a command is refused")
    func refused() throws {
        var udpOnly = nginx
        udpOnly.exposedPorts = [ExposedPort(53, .udp)]
        var malformed = nginx
        malformed.malformedPorts = ["http"]
        var empty = nginx
        (empty.entrypoint, empty.cmd) = ([], [])
        for config in [udpOnly, malformed, empty] {
            let error = #expect(throws: APIError.self) { try recipe(PushRequest(name: "web", image: "nginx"), config) }
            #expect(error?.status == .unprocessable)
        }
    }

    @Test("the share of the CPU follows the memory", arguments: [(1, 1), (256, 3), (4_096, 50), (65_536, 100)])
    func cpuWeight(memoryMB: Int, weight: Int) throws {
        var request = PushRequest(name: "web", image: "nginx")
        request.memoryMB = memoryMB
        #expect(try recipe(request, nginx).desiredLRP(version).cpuWeight == UInt32(weight))
    }
}
