public import MartletModels
public import MartletProtobuf

extension ActualLRPNetInfo: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(address: "")
        while let field = try reader.nextField() {
            switch field.number {
            case 1: address = try field.string
            case 2: ports.append(try field.message())
            case 3: instanceAddress = try field.string
            case 4: preferredAddress = PreferredAddress(rawValue: try field.int32) ?? .unknown
            default: field.keep(in: &unknownFields.bytes)
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.string(1, address)
        writer.messages(2, ports)
        writer.string(3, instanceAddress)
        writer.int32(4, preferredAddress.rawValue)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }
}

extension PortMapping: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(containerPort: 0, hostPort: 0)
        while let field = try reader.nextField() {
            switch field.number {
            case 1: containerPort = try field.uint32
            case 2: hostPort = try field.uint32
            case 3: containerTLSProxyPort = try field.uint32
            case 4: hostTLSProxyPort = try field.uint32
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.uint32(1, containerPort)
        writer.uint32(2, hostPort)
        writer.uint32(3, containerTLSProxyPort)
        writer.uint32(4, hostTLSProxyPort)
    }
}
