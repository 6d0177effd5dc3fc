public import MartletModels
public import MartletProtobuf

/// Names an instance and who holds it, without the domain: claims it, or removes it.
///
/// Claim requires the holder; remove without one removes whoever holds it.
public protocol HolderRequest: BBSRequest {
    var processGUID: ProcessGUID { get set }
    var index: Int { get set }
    var instance: ActualLRPInstanceKey? { get set }

    init(processGUID: ProcessGUID, index: Int, instance: ActualLRPInstanceKey?)
}

extension HolderRequest {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(processGUID: ProcessGUID(""), index: 0, instance: nil)
        var instance = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: processGUID = ProcessGUID(try field.string)
            case 2: index = Int(try field.int32)
            case 3: try instance.add(field)
            default: continue
            }
        }
        self.instance = try instance.decoded()
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, processGUID.rawValue)
        writer.int32(2, Int32(clamping: index))
        writer.message(3, instance)
    }
}

/// A cell begins to create an instance.
public struct ClaimActualLRPRequest: HolderRequest {
    public var processGUID: ProcessGUID
    public var index: Int
    public var instance: ActualLRPInstanceKey?

    public init(processGUID: ProcessGUID, index: Int, instance: ActualLRPInstanceKey?) {
        (self.processGUID, self.index, self.instance) = (processGUID, index, instance)
    }

    /// A negative index is not refused here: it is merely not found.
    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(processGUID.fitsColumn, "process_guid")
        error.require(instance, "actual_lrp_instance_key") { (key) throws(ValidationError) in try key.validate() }
        try error.throwIfAny()
    }
}

/// Deletes the record of an instance that is gone.
public struct RemoveActualLRPRequest: HolderRequest {
    public var processGUID: ProcessGUID
    public var index: Int
    public var instance: ActualLRPInstanceKey?

    public init(processGUID: ProcessGUID, index: Int, instance: ActualLRPInstanceKey?) {
        (self.processGUID, self.index, self.instance) = (processGUID, index, instance)
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(processGUID.fitsColumn, "process_guid")
        error.check(index >= 0, "index")
        try error.throwIfAny()
    }
}
