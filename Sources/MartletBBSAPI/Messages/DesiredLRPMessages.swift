public import MartletModels
public import MartletProtobuf

public typealias DesiredLRPsResponse = ListResponse<DesiredLRP>
public typealias DesiredLRPResponse = ItemResponse<DesiredLRP>
public typealias DesiredLRPSchedulingInfosResponse = ListResponse<DesiredLRPSchedulingInfo>
public typealias DesiredLRPSchedulingInfoResponse = ItemResponse<DesiredLRPSchedulingInfo>

/// Asks for a new desired LRP.
public struct DesireLRPRequest: BBSRequest {
    public var desiredLRP: DesiredLRP?

    public init(_ desiredLRP: DesiredLRP?) { self.desiredLRP = desiredLRP }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        var lrp = ProtobufSubmessage()
        while let field = try reader.nextField() {
            if field.number == 1 { try lrp.add(field) }
        }
        desiredLRP = try lrp.decoded()
    }

    public func write(to writer: inout ProtobufWriter) { writer.message(1, desiredLRP) }

    public func validate() throws(ValidationError) {
        guard let desiredLRP else { throw ValidationError(invalid: "desired_lrp") }
        try desiredLRP.validate()
    }
}

/// Changes what may change in a desired LRP.
public struct UpdateDesiredLRPRequest: BBSRequest {
    public var processGUID: ProcessGUID
    public var update: DesiredLRPUpdate?

    public init(processGUID: ProcessGUID, update: DesiredLRPUpdate?) {
        self.processGUID = processGUID
        self.update = update
    }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        processGUID = ProcessGUID("")
        var update = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: processGUID = ProcessGUID(try field.string)
            case 2: try update.add(field)
            default: continue
            }
        }
        self.update = try update.decoded()
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, processGUID.rawValue)
        writer.message(2, update)
    }

    /// The reference crashes when there is no update in it; section 4.3 has it refused.
    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(!processGUID.isEmpty, "process_guid")
        if !processGUID.isEmpty || update != nil {
            error.require(update, "update") { (update) throws(ValidationError) in try update.validate() }
        }
        try error.throwIfAny()
    }
}

/// Names one desired LRP: to read it (`desired_lrps/get_by_process_guid`), or to remove it (`desired_lrp/remove`).
public struct ProcessGUIDRequest: BBSRequest {
    public var processGUID: ProcessGUID

    public init(_ processGUID: ProcessGUID) { self.processGUID = processGUID }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        processGUID = ProcessGUID("")
        while let field = try reader.nextField() {
            if field.number == 1 { processGUID = ProcessGUID(try field.string) }
        }
    }

    public func write(to writer: inout ProtobufWriter) { writer.string(1, processGUID.rawValue) }

    public func validate() throws(ValidationError) {
        if processGUID.isEmpty { throw ValidationError(invalid: "process_guid") }
    }
}

/// Which desired LRPs to list; what is empty does not filter, and filters add up.
public struct DesiredLRPsRequest: BBSRequest {
    public var domain: DomainName
    public var processGUIDs: [ProcessGUID]
    /// The beginnings of the wanted process guids.
    public var appGUIDs: [String]

    public init(domain: DomainName = DomainName(""), processGUIDs: [ProcessGUID] = [], appGUIDs: [String] = []) {
        self.domain = domain
        self.processGUIDs = processGUIDs
        self.appGUIDs = appGUIDs
    }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: domain = DomainName(try field.string)
            case 2: processGUIDs.append(ProcessGUID(try field.string))
            case 3: appGUIDs.append(try field.string)
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, domain.rawValue)
        writer.strings(2, processGUIDs.map(\.rawValue))
        writer.strings(3, appGUIDs)
    }

    /// Whether an LRP passes the filters.
    public func selects(_ processGUID: ProcessGUID, in domain: DomainName) -> Bool {
        (self.domain.isEmpty || self.domain == domain)
            && (processGUIDs.isEmpty || processGUIDs.contains(processGUID))
            && (appGUIDs.isEmpty || appGUIDs.contains { processGUID.rawValue.hasPrefix($0) })
    }
}
