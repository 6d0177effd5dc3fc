/// The switches of the Cloud Controller; `diego_docker` is the one that this product is about.
public enum FeatureFlagName: String, Hashable, Sendable, CaseIterable {
    case userOrgCreation = "user_org_creation"
    case privateDomainCreation = "private_domain_creation"
    case appBitsUpload = "app_bits_upload"
    case appScaling = "app_scaling"
    case routeCreation = "route_creation"
    case serviceInstanceCreation = "service_instance_creation"
    case diegoDocker = "diego_docker"
    case diegoCNB = "diego_cnb"
    case setRolesByUsername = "set_roles_by_username"
    case unsetRolesByUsername = "unset_roles_by_username"
    case taskCreation = "task_creation"
    case envVarVisibility = "env_var_visibility"
    case spaceScopedPrivateBrokerCreation = "space_scoped_private_broker_creation"
    case spaceDeveloperEnvVarVisibility = "space_developer_env_var_visibility"
    case serviceInstanceSharing = "service_instance_sharing"
    case hideMarketplaceFromUnauthenticatedUsers = "hide_marketplace_from_unauthenticated_users"
    case resourceMatching = "resource_matching"
    case routeSharing = "route_sharing"
    case hashBasedRouting = "hash_based_routing"

    /// On a fresh install (Cloud Controller section 6.13).
    public var defaultValue: Bool {
        switch self {
        case .userOrgCreation, .diegoDocker, .diegoCNB, .serviceInstanceSharing,
            .hideMarketplaceFromUnauthenticatedUsers, .routeSharing, .hashBasedRouting:
            false
        default: true
        }
    }
}

/// One flag as it stands.
public struct FeatureFlag: Hashable, Sendable {
    public var name: FeatureFlagName
    public var enabled: Bool
    /// Shown in place of the flag's name in `disabledText`; 1 to 250 characters.
    public var customErrorMessage: String?
    /// `nil` until first changed.
    public var updatedAt: Timestamp?

    public init(
        name: FeatureFlagName,
        enabled: Bool,
        customErrorMessage: String? = nil,
        updatedAt: Timestamp? = nil
    ) {
        self.name = name
        self.enabled = enabled
        self.customErrorMessage = customErrorMessage
        self.updatedAt = updatedAt
    }

    /// What a client reads when the flag stands in its way (Cloud Controller section 5.2).
    public var disabledText: String { "Feature Disabled: \(customErrorMessage ?? name.rawValue)" }
}
