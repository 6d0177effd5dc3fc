/// A textual identifier that cannot be passed where another kind of identifier is wanted.
///
/// `Kind` is never stored; it only keeps a `CellID` from being used as a `ProcessGUID`. Clients send what they like,
/// so a value may be empty or ill-formed until `validate` of the message that carries it has passed.
public struct GUID<Kind>: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(_ rawValue: String) { self.rawValue = rawValue }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    public var description: String { rawValue }
    public var isEmpty: Bool { rawValue.isEmpty }

    /// 1 to 255 bytes of any kind, the width of the column that keeps it.
    public var fitsColumn: Bool { (1...255).contains(rawValue.utf8.count) }

    /// One or more of `A–Z a–z 0–9 _ -`, at most 255 bytes: what a desired LRP or a task may be called.
    ///
    /// Diego's guid pattern (`spec` section 4.1) with the width of its column as upper bound.
    public var matchesGUIDPattern: Bool {
        fitsColumn
            && rawValue.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}

public enum ProcessKind {}
public enum InstanceKind {}
public enum CellKind {}
public enum DomainKind {}
public enum TaskKind {}

/// Names a desired LRP; a changed app gets a new one.
public typealias ProcessGUID = GUID<ProcessKind>
/// Names one try to run an instance; also the container's handle.
public typealias InstanceGUID = GUID<InstanceKind>
public typealias CellID = GUID<CellKind>
/// Names a task; also its container's handle.
public typealias TaskGUID = GUID<TaskKind>
/// Names a set of desired LRPs that one client keeps complete.
public typealias DomainName = GUID<DomainKind>
