internal import MartletHTTP

/// One transport for each trust, made when first needed and kept for its connections.
actor Transports {
    private let make: @Sendable (RegistryTrust) -> any HTTPTransport
    private var made: [RegistryTrust: any HTTPTransport] = [:]

    init(_ make: @escaping @Sendable (RegistryTrust) -> any HTTPTransport) { self.make = make }

    func transport(for trust: RegistryTrust) -> any HTTPTransport {
        if let transport = made[trust] { return transport }
        let transport = make(trust)
        made[trust] = transport
        return transport
    }
}
