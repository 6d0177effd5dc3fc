public import MartletModels
public import MartletProtobuf

/// A cell says that an instance has ended by itself.
public struct CrashActualLRPRequest: BBSRequest {
    public var key: ActualLRPKey?
    public var instance: ActualLRPInstanceKey?
    /// Why; may be empty.
    public var errorMessage: String

    public init(key: ActualLRPKey?, instance: ActualLRPInstanceKey?, errorMessage: String) {
        (self.key, self.instance, self.errorMessage) = (key, instance, errorMessage)
    }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(key: nil, instance: nil, errorMessage: "")
        var (key, instance) = (ProtobufSubmessage(), ProtobufSubmessage())
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try key.add(field)
            case 2: try instance.add(field)
            case 3: errorMessage = try field.text
            default: continue
            }
        }
        self.key = try key.decoded()
        self.instance = try instance.decoded()
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, key)
        writer.message(2, instance)
        writer.string(3, errorMessage)
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.require(key, "actual_lrp_key") { (key) throws(ValidationError) in try key.validate() }
        error.require(instance, "actual_lrp_instance_key") { (key) throws(ValidationError) in try key.validate() }
        try error.throwIfAny()
    }
}

/// The auction found no place for an unclaimed instance.
public struct FailActualLRPRequest: BBSRequest {
    public var key: ActualLRPKey?
    /// The placement error; never empty.
    public var errorMessage: String

    public init(key: ActualLRPKey?, errorMessage: String) { (self.key, self.errorMessage) = (key, errorMessage) }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(key: nil, errorMessage: "")
        var key = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try key.add(field)
            case 2: errorMessage = try field.text
            default: continue
            }
        }
        self.key = try key.decoded()
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, key)
        writer.string(2, errorMessage)
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.require(key, "actual_lrp_key") { (key) throws(ValidationError) in try key.validate() }
        error.check(!errorMessage.isEmpty, "error_message")
        try error.throwIfAny()
    }
}

/// Stops an instance, wherever it runs. If it is still desired, convergence starts another.
public struct RetireActualLRPRequest: BBSRequest {
    public var key: ActualLRPKey?

    public init(key: ActualLRPKey?) { self.key = key }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        var key = ProtobufSubmessage()
        while let field = try reader.nextField() {
            if field.number == 1 { try key.add(field) }
        }
        self.key = try key.decoded()
    }

    public func write(to writer: inout ProtobufWriter) { writer.message(1, key) }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.require(key, "actual_lrp_key") { (key) throws(ValidationError) in try key.validate() }
        try error.throwIfAny()
    }
}
