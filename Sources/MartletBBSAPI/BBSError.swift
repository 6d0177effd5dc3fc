public import MartletModels
public import MartletProtobuf

/// An application error of the BBS: it travels inside an answer of status 200 (section 1.6).
public struct BBSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The numbers are those on the wire; gaps are reserved.
    public enum Kind: Int32, Hashable, Sendable, CaseIterable {
        case unknownError = 0
        case invalidRecord = 3
        case invalidRequest = 4
        case invalidResponse = 5
        case invalidProtobufMessage = 6
        case invalidJSON = 7
        case failedToOpenEnvelope = 8
        case invalidStateTransition = 9
        case resourceConflict = 11
        case resourceExists = 12
        case resourceNotFound = 13
        case routerError = 14
        case actualLRPCannotBeClaimed = 15
        case actualLRPCannotBeStarted = 16
        case actualLRPCannotBeCrashed = 17
        case actualLRPCannotBeFailed = 18
        case actualLRPCannotBeRemoved = 19
        case actualLRPCannotBeUnclaimed = 21
        case runningOnDifferentCell = 24
        case guidGeneration = 26
        case deserialize = 27
        case deadlock = 28
        case unrecoverable = 29
        case lockCollision = 30
        case timeout = 31
    }

    public var kind: Kind
    /// For people; clients look at `kind` only.
    public var message: String

    public init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }

    public var description: String { message.isEmpty ? "\(kind)" : message }

    /// Undecodable bytes, or a value that storage refuses.
    public static let invalidRequest = BBSError(.invalidRequest, "the request received is invalid")
    public static let resourceNotFound = BBSError(.resourceNotFound, "the requested resource could not be found")
    public static let resourceExists = BBSError(.resourceExists, "the requested resource already exists")
}

extension BBSError {
    public init(_ error: ValidationError) { self.init(.invalidRequest, error.description) }

    /// Text that is not UTF-8 is not a broken message; the reference BBS passes it on to its database, which fails.
    public init(_ error: ProtobufError) {
        switch error {
        case .invalidUTF8(let field): self.init(.unknownError, "field \(field) is not valid UTF-8")
        case .truncated, .malformedVarint, .malformedTag, .wrongWireType, .invalidValue, .tooDeep, .tooLarge:
            self = .invalidRequest
        }
    }

    /// - Parameter refusal: what the verb that was refused says of itself when a feature flag stands in the way.
    public init(_ error: TransitionError, refusal: Kind = .actualLRPCannotBeClaimed) {
        switch error {
        case .cannotBeClaimed: self.init(.actualLRPCannotBeClaimed, "cannot claim actual LRP")
        case .cannotBeStarted: self.init(.actualLRPCannotBeStarted, "cannot start actual LRP")
        case .cannotBeCrashed: self.init(.actualLRPCannotBeCrashed, "cannot crash actual LRP")
        case .cannotBeFailed: self.init(.actualLRPCannotBeFailed, "cannot fail actual LRP")
        case .cannotBeUnclaimed: self.init(.actualLRPCannotBeUnclaimed, "cannot unclaim actual LRP")
        case .cannotBeRemoved: self.init(.actualLRPCannotBeRemoved, "cannot remove actual LRP")
        case .notAdmitted(_, let flag): self.init(refusal, "feature flag \(flag.rawValue) is disabled")
        }
    }
}

extension BBSError {
    /// A start that the feature flag refuses reads as a forbidden transition, upon which a cell drops its container.
    public init(_ error: TaskTransitionError) {
        switch error {
        case .invalidTransition, .notAdmitted: self.init(.invalidStateTransition, error.description)
        case .runningElsewhere: self.init(.runningOnDifferentCell, error.description)
        case .cannotBeRejected: self = .invalidRequest
        }
    }
}

extension BBSError: ProtobufMessage {
    /// A number that nobody knows is an unknown error.
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(.unknownError, "")
        while let field = try reader.nextField() {
            switch field.number {
            case 1: kind = Kind(rawValue: try field.int32) ?? .unknownError
            case 2: message = try field.text
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.int32(1, kind.rawValue)
        writer.string(2, message)
    }
}
