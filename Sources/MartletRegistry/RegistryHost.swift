/// One registry, as an image's name and the operator's settings describe it.
struct RegistryHost: Sendable {
    /// As the user sees it: key of certificates and of the list of insecure hosts.
    let name: String
    /// Where the API is; differs from `name` for `docker.io`.
    let api: HostAndPort
    let isInsecure: Bool
    let trust: RegistryTrust

    init(_ reference: ImageReference, _ configuration: RegistryConfiguration) throws(RegistryError) {
        name = reference.domain
        let isDefault = name == ImageReference.defaultDomain
        let apiText = isDefault ? configuration.dockerEndpoint : name
        guard let api = HostAndPort(apiText), let named = HostAndPort(name) else {
            throw RegistryError(.misconfigured, "The registry endpoint \(apiText) is not a host with an optional port.")
        }
        self.api = api
        isInsecure = configuration.insecureHosts.contains(named)
        trust = try configuration.certificates.trust(for: name, verify: !isInsecure)
    }

    func origin(_ scheme: RegistryURL.Scheme) -> RegistryURL.Origin { RegistryURL(scheme, api, path: "/").origin }
}

extension RegistryError {
    /// - Parameter what: what the registry does, as a verb phrase.
    static func invalidAnswer(_ host: RegistryHost, _ what: String) -> RegistryError {
        RegistryError(.invalidAnswer, "The registry \(host.name) \(what); ask its operator.")
    }

    static func insecure(_ host: String) -> RegistryError {
        RegistryError(
            .insecure,
            "\(host): This registry is insecure. To pull images from this registry, please use the --insecure-registry "
                + "option."
        )
    }

    static func temporary(_ host: RegistryHost, _ what: String) -> RegistryError {
        let reason = what.hasSuffix(".") ? String(what.dropLast()) : what
        return RegistryError(.temporary, "The registry \(host.name) cannot be used now: \(reason); try again later.")
    }
}
