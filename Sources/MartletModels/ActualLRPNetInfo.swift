/// Where an instance answers.
public struct ActualLRPNetInfo: Hashable, Sendable {
    public enum PreferredAddress: Int32, Hashable, Sendable {
        case unknown = 0
        case instance = 1
        case host = 2
    }

    /// Address of the cell.
    public var address: String
    public var ports: [PortMapping]
    /// Address of the container itself.
    public var instanceAddress: String
    public var preferredAddress: PreferredAddress
    public var unknownFields: UnknownFields

    public init(
        address: String,
        ports: [PortMapping] = [],
        instanceAddress: String = "",
        preferredAddress: PreferredAddress = .unknown,
        unknownFields: UnknownFields = UnknownFields()
    ) {
        self.address = address
        self.ports = ports
        self.instanceAddress = instanceAddress
        self.preferredAddress = preferredAddress
        self.unknownFields = unknownFields
    }
}

/// A port of the container and the port of the cell that leads to it.
public struct PortMapping: Hashable, Sendable {
    public var containerPort: UInt32
    public var hostPort: UInt32
    /// 0 without a TLS proxy in the container; Martlet has none.
    public var containerTLSProxyPort: UInt32
    public var hostTLSProxyPort: UInt32

    public init(
        containerPort: UInt32,
        hostPort: UInt32,
        containerTLSProxyPort: UInt32 = 0,
        hostTLSProxyPort: UInt32 = 0
    ) {
        self.containerPort = containerPort
        self.hostPort = hostPort
        self.containerTLSProxyPort = containerTLSProxyPort
        self.hostTLSProxyPort = hostTLSProxyPort
    }
}
