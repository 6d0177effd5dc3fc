/// Which instance of which process: what should exist, whoever runs it.
public struct ActualLRPKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var processGUID: ProcessGUID
    /// From 0.
    public var index: Int
    public var domain: DomainName

    public init(processGUID: ProcessGUID, index: Int, domain: DomainName) {
        self.processGUID = processGUID
        self.index = index
        self.domain = domain
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.processGUID, left.index, left.domain) < (right.processGUID, right.index, right.domain)
    }

    public var description: String { "\(processGUID)/\(index)" }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(processGUID.fitsColumn, "process_guid")
        error.check(index >= 0, "index")
        error.check(!domain.isEmpty, "domain")
        try error.throwIfAny()
    }
}

/// Who runs an instance: one container on one cell.
public struct ActualLRPInstanceKey: Hashable, Comparable, Sendable {
    public var instanceGUID: InstanceGUID
    public var cellID: CellID

    public init(instanceGUID: InstanceGUID, cellID: CellID) {
        self.instanceGUID = instanceGUID
        self.cellID = cellID
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.instanceGUID, left.cellID) < (right.instanceGUID, right.cellID)
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(!cellID.isEmpty, "cell_id")
        error.check(!instanceGUID.isEmpty, "instance_guid")
        try error.throwIfAny()
    }
}
