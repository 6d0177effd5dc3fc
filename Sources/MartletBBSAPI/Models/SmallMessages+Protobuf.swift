public import MartletModels
public import MartletProtobuf

// The messages of section 3.1 that have one to three fields.

extension ModificationTag: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(epoch: "")
        while let field = try reader.nextField() {
            switch field.number {
            case 1: epoch = try field.string
            case 2: index = try field.uint32
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, epoch)
        writer.uint32(2, index)
    }
}

extension EnvironmentVariable: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(name: "", value: "")
        while let field = try reader.nextField() {
            switch field.number {
            case 1: name = try field.text
            case 2: value = try field.text
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, name)
        writer.string(2, value)
    }
}

extension MetricTagValue: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: `static` = try field.text
            case 2: dynamic = Dynamic(rawValue: try field.int32)
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, `static`)
        writer.int32(2, dynamic?.rawValue ?? 0)
    }
}

extension VolumeMount: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(driver: "", containerDirectory: "", mode: "")
        while let field = try reader.nextField() {
            switch field.number {
            case 1: driver = try field.string
            case 3: containerDirectory = try field.string
            case 6: mode = try field.string
            default: field.keep(in: &unknownFields.bytes)
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.string(1, driver)
        writer.string(3, containerDirectory)
        writer.string(6, mode)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }
}
