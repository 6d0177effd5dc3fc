public import MartletImages
import MartletLinux
public import MartletLog
public import MartletModels
import MartletRegistry

/// The real root file systems: images pulled from registries, and what the operator has put on the cell.
public struct ImageRootFS: RootFSPreparer {
    private let puller: ImagePuller
    private let store: RootFSStore
    private let layers: LayerStore
    private let cacheBytes: Int64
    private let log: Log

    /// - Parameters:
    ///   - layers: those that `puller` fills and `store` mounts.
    ///   - cacheBytes: layers that no container needs are removed, least recently used first, while all together take
    ///     more than this; from 0.
    public init(puller: ImagePuller, store: RootFSStore, layers: LayerStore, cacheBytes: Int64, log: Log) {
        self.puller = puller
        self.store = store
        self.layers = layers
        self.cacheBytes = max(0, cacheBytes)
        self.log = log
    }

    public func prepare(_ request: RootFSRequest) async throws(RootFSFailure) -> PreparedRootFS {
        do throws(ImageError) {
            let (base, environment) = try await base(request)
            let id = request.container.rawValue
            let rootFS = try await store.create(id, from: base, ids: request.range)
            return PreparedRootFS(path: rootFS.path, environment: environment)
        } catch { throw RootFSFailure(error.description) }
    }

    public func discard(_ container: InstanceGUID) async throws(RootFSFailure) {
        do throws(ImageError) { try await store.destroy(container.rawValue) } catch {
            throw RootFSFailure(error.description)
        }
        await collectLayers()
    }

    /// Only a container that goes leaves layers that nobody needs.
    private func collectLayers() async {
        guard await layers.size > cacheBytes else { return }
        do throws(ImageError) {
            let report = try await layers.collectGarbage(above: cacheBytes)
            guard !report.removed.isEmpty else { return }
            let facts = ["layers": "\(report.removed.count)", "bytes": "\(report.bytes)"]
            log(.info, "layers that nobody needs removed", facts)
        } catch { log(.warning, "layers that nobody needs not removed", ["error": "\(error)"]) }
    }

    public func adopt(keeping keep: Set<InstanceGUID>) async throws(RootFSFailure) {
        do throws(ImageError) {
            let removed = try await store.destroyUnknown(keeping: Set(keep.map(\.rawValue)))
            for id in removed { log(.notice, "unknown root file system removed", ["instance_guid": id]) }
        } catch { throw RootFSFailure(error.description) }
        await collectLayers()
    }

    private func base(
        _ request: RootFSRequest
    ) async throws(ImageError) -> (RootFSBase, environment: [EnvironmentVariable]) {
        if request.rootFS.scheme == "preloaded" { return (try await puller.preloaded(request.rootFS.opaque), []) }
        let reference: ImageReference
        do throws(RegistryError) { reference = try ImageReference(rootFSURL: request.rootFS.url) } catch {
            throw ImageError(error)
        }
        let image = try await puller.pull(reference, credentials: RegistryCredentials(request.credentials))
        return (image.base, image.config.env.map(EnvironmentVariable.init(assignment:)))
    }
}

extension RegistryCredentials {
    /// `nil` without a user name: the registry is asked as nobody in particular.
    init?(_ credentials: ImageCredentials) {
        guard !credentials.username.isEmpty else { return nil }
        self.init(username: credentials.username, password: credentials.password)
    }
}

extension EnvironmentVariable {
    /// `NAME=value`, as images have it; without `=` the value is empty.
    init(assignment: String) {
        let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(name: String(parts.first ?? ""), value: parts.count > 1 ? String(parts[1]) : "")
    }
}
