public import MartletModels
public import MartletProtobuf

/// What a client asks.
public protocol BBSRequest: ProtobufMessage, Hashable {
    /// Refuses what section 4 refuses, with its texts. Nothing has been changed then.
    func validate() throws(ValidationError)
}

extension BBSRequest {
    public func validate() throws(ValidationError) {}
}

/// For routes whose body is ignored.
public struct EmptyRequest: BBSRequest {
    public init() {}
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {}
    public func write(to writer: inout ProtobufWriter) {}
}

extension ValidationError {
    /// Names `field` when it is absent, and otherwise what is wrong inside it.
    mutating func require<Part>(
        _ part: Part?,
        _ field: String,
        _ validate: (Part) throws(ValidationError) -> Void
    ) {
        guard let part else { return invalid(field) }
        do throws(ValidationError) { try validate(part) } catch { for failure in error.failures { say(failure) } }
    }
}
