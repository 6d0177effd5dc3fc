import MartletHTTP
import MartletLog
import MartletModels
import MartletStore

extension CloudController {
    func listFeatureFlags(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let query = try Query(request, known: PageRequest.parameters + ["order_by"])
        let page = try PageRequest(query)
        var flags = try await answering { () throws(StoreError) in try await store.featureFlags() }
        let order = query["order_by"] ?? "name"
        switch order {
        case "name", "+name": break
        case "-name": flags.reverse()
        case "updated_at", "+updated_at": flags.sort { ($0.updatedAt ?? .epoch) < ($1.updatedAt ?? .epoch) }
        case "-updated_at": flags.sort { ($0.updatedAt ?? .epoch) > ($1.updatedAt ?? .epoch) }
        default: throw .badQuery("order_by must be name or updated_at, with - in front for the reverse.")
        }
        let resources = flags.map { FeatureFlagResource($0, apiURL: configuration.apiURL) }
        let parameters = query["order_by"] == nil ? "" : "&order_by=\(order)"
        let url = "\(configuration.apiURL)/v3/feature_flags"
        return try JSONBody.response(.ok, page.page(of: resources, at: url, parameters: parameters))
    }

    func getFeatureFlag(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let name = try Self.flagName(request)
        let flag = try await answering { () throws(StoreError) in try await store.featureFlag(name) }
        return try JSONBody.response(.ok, FeatureFlagResource(flag, apiURL: configuration.apiURL))
    }

    func patchFeatureFlag(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let name = try Self.flagName(request)
        let patch = try JSONBody.decoded(FeatureFlagPatch.self, request, keys: FeatureFlagPatch.CodingKeys.self)
        try patch.validate()
        let change = try await answering { () throws(StoreError) in
            try await store.setFeatureFlag(
                name,
                enabled: patch.enabled,
                customErrorMessage: patch.customErrorMessage,
                by: "operator"
            )
        }
        guard let flag = change.after else { throw .notFound("Feature flag") }
        if !change.isEmpty {
            log(.info, "feature flag changed", ["flag": name.rawValue, "enabled": "\(flag.enabled)"])
        }
        return try JSONBody.response(.ok, FeatureFlagResource(flag, apiURL: configuration.apiURL))
    }

    private static func flagName(_ request: HTTPRequest) throws(APIError) -> FeatureFlagName {
        guard let name = FeatureFlagName(rawValue: request.parameters["name"] ?? "") else {
            throw .notFound("Feature flag")
        }
        return name
    }
}
