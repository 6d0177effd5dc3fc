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

    /// With `X-Martlet-Plan`, the token of a plan, diego_docker is turned off only if that would still stop the same.
    func patchFeatureFlag(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let name = try Self.flagName(request)
        let patch = try JSONBody.decoded(FeatureFlagPatch.self, request, keys: FeatureFlagPatch.CodingKeys.self)
        try patch.validate()
        let token = try Self.planToken(request, name, patch)
        let who = Self.operatorName(request)
        let outcome = try await answering { () throws(StoreError) in
            try await store.write { (transaction) throws(StoreError) in
                try transaction.setFeatureFlag(name, patch, by: who, ifStopping: token)
            }
        }
        let change: Change<FeatureFlag>
        switch outcome {
        case .changed(let done): change = done
        case .outdated(let token, let now): throw await outdated(token, now)
        }
        guard let flag = change.after else { throw .notFound("Feature flag") }
        if !change.isEmpty {
            log(.info, "feature flag changed", ["flag": name.rawValue, "enabled": "\(flag.enabled)", "by": who])
        }
        return try JSONBody.response(.ok, FeatureFlagResource(flag, apiURL: configuration.apiURL))
    }

    private func outdated(_ token: FlagPlanToken, _ now: FlagStops) async -> APIError {
        guard now.isEnabled else {
            return .planOutdated("diego_docker is disabled already; martlet feature-flags report shows what stopped.")
        }
        let difference = await flagPlans.difference(from: token, to: now)
        return .planOutdated(
            "Nothing was changed: \(difference); look again with martlet feature-flags disable diego_docker --plan."
        )
    }

    private static func planToken(
        _ request: HTTPRequest,
        _ name: FeatureFlagName,
        _ patch: FeatureFlagPatch
    ) throws(APIError) -> FlagPlanToken? {
        guard let text = request.headers["X-Martlet-Plan"] else { return nil }
        guard name == .diegoDocker, patch.enabled == false else {
            throw .unprocessable("X-Martlet-Plan goes with disabling diego_docker only.")
        }
        guard let token = FlagPlanToken(text) else {
            throw .unprocessable(
                "'\(text.prefix(64))' is not the token of a plan; "
                    + "martlet feature-flags disable diego_docker --plan prints one."
            )
        }
        return token
    }

    /// Who says that they do it, for the record; nothing is allowed because of it.
    private static func operatorName(_ request: HTTPRequest) -> String {
        let name = request.headers["X-Martlet-Operator"]?.filter { $0.isLetter || $0.isNumber || "@._-+".contains($0) }
        return name.flatMap { $0.isEmpty ? nil : String($0.prefix(64)) } ?? "operator"
    }

    private static func flagName(_ request: HTTPRequest) throws(APIError) -> FeatureFlagName {
        guard let name = FeatureFlagName(rawValue: request.parameters["name"] ?? "") else {
            throw .notFound("Feature flag")
        }
        return name
    }
}

/// What became of a change that depended on a plan.
private enum FlagOutcome: Sendable {
    case changed(Change<FeatureFlag>)
    case outdated(FlagPlanToken, now: FlagStops)
}

extension StoreTransaction {
    /// - Parameter token: what was agreed to; judged here, so that nothing can begin or end between that and the change.
    fileprivate mutating func setFeatureFlag(
        _ name: FeatureFlagName,
        _ patch: FeatureFlagPatch,
        by who: String,
        ifStopping token: FlagPlanToken?
    ) throws(StoreError) -> FlagOutcome {
        if let token {
            let stops = try FlagStops(snapshot)
            guard stops.match(token) else { return .outdated(token, now: stops) }
        }
        return .changed(
            try setFeatureFlag(name, enabled: patch.enabled, customErrorMessage: patch.customErrorMessage, by: who)
        )
    }
}
