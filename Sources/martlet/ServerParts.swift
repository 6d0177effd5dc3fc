import MartletBBSAPI
import MartletCLI
import MartletCloudController
import MartletConvergence
import MartletHTTP
import MartletLinux
import MartletLog
import MartletModels
import MartletRegistry
import MartletServer
import MartletStore

/// The server, put together from its settings.
struct ServerParts {
    let store: Store
    let role: ServerRole
    let bbs: HTTPServer
    let api: HTTPServer
    let health: HTTPServer

    var servers: [HTTPServer] { [bbs, api, health] }

    /// - Parameter clock: goes on from the newest event of the store when the wall clock is behind that.
    init(_ settings: Settings, _ logs: Logs, clock: ForwardClock) async throws(StartFailure) {
        let data = settings.required("data")
        do throws(Errno) { try Files.makeDirectories(data, mode: 0o700) } catch {
            throw StartFailure(text: "cannot use the data directory: \(error)")
        }
        do throws(StoreError) {
            store = try Store.open(path: "\(data)/bbs.sqlite", Store.Configuration(now: { clock.now }))
            try await Self.continueTime(clock, store, logs.log)
        } catch { throw StartFailure(text: "cannot open \(data)/bbs.sqlite: \(error)") }
        role = try await Self.role(settings, logs, store, clock)
        let routes = role.operatorRoutes
        bbs = try .listening(on: "bbs-address", of: settings, routes: role.bbsRoutes)
        api = try .listening(
            on: "api-address",
            of: settings,
            routes: routes,
            fallback: CloudController.unknownRequest
        )
        health = try .listening(
            on: "health-address",
            of: settings,
            routes: routes.filter { $0.pattern == "/health" }
        )
    }

    private static func continueTime(_ clock: ForwardClock, _ store: Store, _ log: Log) async throws(StoreError) {
        let newest = try await store.read { (snapshot) throws(StoreError) in try snapshot.lastEventTime() }
        guard let behind = clock.raise(to: newest ?? .epoch) else { return }
        log(
            .warning,
            "the wall clock is behind the newest event; times go on from that event",
            ["behind_ms": "\(behind.milliseconds)"]
        )
    }

    private static func role(
        _ settings: Settings,
        _ logs: Logs,
        _ store: Store,
        _ clock: ForwardClock
    ) async throws(StartFailure) -> ServerRole {
        var convergence = ConvergenceLoop.Configuration()
        convergence.interval = settings.duration("convergence-interval") ?? convergence.interval
        convergence.brake.share = settings.share("convergence-brake-share") ?? convergence.brake.share
        convergence.brake.minimum = settings.number("convergence-brake-minimum") ?? convergence.brake.minimum
        let images = try RegistryClient.make(settings)
        // A server alone does not know what its cells were told.
        let grace = Int((settings.duration("stop-grace") ?? .seconds(10)) / .seconds(1))
        let apiURL = "http://\(settings.required("api-address"))"
        let role = ServerRole(
            configuration: ServerRole.Configuration(convergence: convergence),
            store: store,
            clock: LoopClock(clock, takeForwardStep: clock.takeForwardStep),
            log: logs.log,
            cells: RepClient(transport: HTTPClient()),
            callbacks: HTTPClient(),
            extraRoutes: { auctioneer, stopper in
                CloudController(
                    store: store,
                    images: images,
                    follower: FollowerPort(auctioneer: auctioneer, stopper: stopper),
                    configuration: CloudController.Configuration(
                        apiURL: apiURL,
                        stopGraceSeconds: grace,
                        now: { clock.now }
                    ),
                    log: logs.log
                ).routes
            }
        )
        do throws(StoreError) { try await role.prepare() } catch {
            throw StartFailure(text: "the store refused the first write: \(error)")
        }
        return role
    }
}

/// Lets the Cloud Controller have instances placed and stopped by the server's own queues.
private struct FollowerPort: InstanceFollower {
    let auctioneer: Auctioneer
    let stopper: InstanceStopper

    func follow(_ work: InstanceWork) async {
        await auctioneer.request(work.created)
        await stopper.request(work.toStop, traceID: "")
    }
}

extension RegistryClient {
    static func make(_ settings: Settings) throws(StartFailure) -> RegistryClient {
        var configuration = RegistryConfiguration()
        do throws(RegistryError) {
            configuration.insecureHosts = try InsecureHosts(settings.list("insecure-registry"))
        } catch { throw StartFailure(text: "insecure-registry: \(error)") }
        configuration.certificates = CertificateDirectories(
            roots: settings.list("certs-dir"),
            commonDirectory: nil
        ) { directory in try? Files.list(directory) }
        return RegistryClient(configuration: configuration, clock: SystemClock()) { trust in
            var client = HTTPClient.Configuration()
            client.caFiles = trust.caFiles
            client.verifyPeer = trust.verify
            client.clientCertificate = trust.clientCertificate?.certificateFile
            client.clientKey = trust.clientCertificate?.keyFile
            return HTTPClient(client)
        }
    }
}
