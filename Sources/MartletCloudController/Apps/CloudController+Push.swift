import MartletHTTP
import MartletLog
import MartletModels
import MartletRegistry
import MartletStore

extension CloudController {
    /// Makes an image, or what is preloaded on the cells, into an app, or replaces the app of that name by a new version of it.
    func push(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let push = try JSONBody.decoded(PushRequest.self, request, keys: PushRequest.CodingKeys.self)
        if push.isGoverned {
            let flag = try await answering { () throws(StoreError) in try await store.featureFlag(.diegoDocker) }
            guard flag.enabled else { throw .featureDisabled(flag) }
        }
        try push.validate()
        let recipe = try await recipe(push)
        let definition = try JSONBody.bytes(
            AppDefinition(request: push, imageDigest: recipe.imageDigest.map { "\($0)" }, ports: recipe.ports)
        )
        let outcome = try await commit(recipe, definition)
        await follower.follow(outcome.work)
        log(.info, "app pushed", ["app": push.name, "process_guid": "\(outcome.processGUID)"])
        return try await answer(outcome.isNew ? .created : .ok, appNamed: push.name)
    }

    private func recipe(_ push: PushRequest) async throws(APIError) -> AppRecipe {
        if let rootFS = push.rootFS { return try AppRecipe(push, preloaded: RootFS(rootFS)) }
        return try AppRecipe(push, try await resolved(push.image ?? "", push))
    }

    private func resolved(_ image: String, _ push: PushRequest) async throws(APIError) -> ResolvedImage {
        let credentials = push.username.flatMap { username in
            username.isEmpty ? nil : RegistryCredentials(username: username, password: push.password ?? "")
        }
        do throws(RegistryError) {
            return try await images.image(try ImageReference(image), credentials: credentials)
        } catch { throw APIError(error) }
    }

    private struct PushOutcome: Sendable {
        var isNew: Bool
        var processGUID: ProcessGUID
        var work: InstanceWork
    }

    /// App, old and new desired LRP in one transaction. The flag is looked at once more in it, because looking up the
    /// image may have taken a while.
    private func commit(_ recipe: AppRecipe, _ definition: [UInt8]) async throws(APIError) -> PushOutcome {
        let (name, now, apiURL) = (recipe.request.name, configuration.now(), configuration.apiURL)
        let (newGUID, versionGUID) = (configuration.makeUUID(), configuration.makeUUID())
        let result = try await answering { () throws(StoreError) in
            try await store.write { (transaction) throws(StoreError) -> Result<PushOutcome, APIError> in
                let flag = try transaction.snapshot.featureFlag(.diegoDocker)
                guard flag.enabled || !recipe.request.isGoverned else { return .failure(.featureDisabled(flag)) }
                let old = try transaction.snapshot.app(named: name)
                let version = AppRecipe.Version(
                    appGUID: old?.guid ?? newGUID,
                    versionGUID: versionGUID,
                    updatedAt: now,
                    apiURL: apiURL
                )
                let desired: DesiredLRP
                do throws(APIError) { desired = try recipe.desiredLRP(version) } catch { return .failure(error) }
                let record = AppRecord(
                    guid: version.appGUID,
                    name: name,
                    processGUID: version.processGUID,
                    createdAt: old?.createdAt ?? now,
                    updatedAt: now,
                    definition: definition
                )
                let work = try transaction.replace(old, by: record, desired)
                return .success(
                    PushOutcome(isNew: old == nil, processGUID: version.processGUID, work: work)
                )
            }
        }
        return try result.get()
    }
}

extension PushRequest {
    /// Whether `diego_docker` decides about it: everything but what the operator preloaded.
    fileprivate var isGoverned: Bool { rootFS == nil || image != nil }
}
