/// What a metric tag says: a fixed text, or something that only an instance knows.
public struct MetricTagValue: Hashable, Sendable {
    public enum Dynamic: Int32, Hashable, Sendable {
        case index = 1
        case instanceGUID = 2
    }

    public var `static`: String
    /// `nil` also for numbers that nobody knows, as on the wire.
    public var dynamic: Dynamic?

    public init(static text: String = "", dynamic: Dynamic? = nil) {
        self.static = text
        self.dynamic = dynamic
    }

    /// Exactly one of the two is set.
    public var isValid: Bool { `static`.isEmpty != (dynamic == nil) }

    public func resolved(index: Int, instance: InstanceGUID) -> String {
        switch dynamic {
        case .index: String(index)
        case .instanceGUID: instance.rawValue
        case nil: `static`
        }
    }
}
