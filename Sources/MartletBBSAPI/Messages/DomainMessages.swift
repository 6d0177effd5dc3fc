public import MartletModels
public import MartletProtobuf

/// The names of all fresh domains.
public struct DomainsResponse: BBSResponse {
    public var error: BBSError?
    public var domains: [DomainName] = []

    public init(_ domains: [DomainName]) { self.domains = domains }
    public init(error: BBSError) { self.error = error }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        while let field = try reader.nextField() {
            switch field.number {
            case 1: error = try field.message()
            case 2: domains.append(DomainName(try field.string))
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, error)
        writer.strings(2, domains.map(\.rawValue))
    }
}

/// Declares the desired LRPs of a domain complete for a while.
public struct UpsertDomainRequest: BBSRequest {
    public var domain: DomainName
    /// 0 means for ever.
    public var timeToLiveSeconds: UInt32

    public init(domain: DomainName, timeToLiveSeconds: UInt32) {
        self.domain = domain
        self.timeToLiveSeconds = timeToLiveSeconds
    }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(domain: DomainName(""), timeToLiveSeconds: 0)
        while let field = try reader.nextField() {
            switch field.number {
            case 1: domain = DomainName(try field.string)
            case 2: timeToLiveSeconds = try field.uint32
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, domain.rawValue)
        writer.uint32(2, timeToLiveSeconds)
    }

    public func validate() throws(ValidationError) {
        if domain.isEmpty { throw ValidationError(invalid: "domain") }
    }
}
