public import MartletModels

/// An app by the name that people know it by.
public struct NamedApp: Hashable, Sendable {
    /// As the operator gave it; unique.
    public var name: String
    /// Process guids of all its versions are `guid-version`.
    public var guid: String
    /// Of its present version.
    public var processGUID: ProcessGUID

    /// - Parameter processGUID: that of its present version.
    public init(name: String, guid: String, processGUID: ProcessGUID) {
        (self.name, self.guid, self.processGUID) = (name, guid, processGUID)
    }
}

/// What somebody asks about: a name, and perhaps one of its instances.
struct ExplainedSubject {
    /// As it was asked for.
    let text: String
    let app: NamedApp?
    let name: String
    let index: Int?

    init(_ text: String, app: NamedApp?) {
        (name, index) = Self.split(text)
        (self.text, self.app) = (text, app)
    }

    /// `guid/3` is instance 3 of `guid`.
    static func split(_ text: String) -> (name: String, index: Int?) {
        guard let slash = text.lastIndex(of: "/"), let index = Int(text[text.index(after: slash)...]) else {
            return (text, nil)
        }
        return (String(text[..<slash]), index)
    }

    func means(_ process: ProcessGUID) -> Bool {
        guard let app else { return process.isNamed(name) }
        return process == app.processGUID || process.isNamed(app.guid)
    }

    func means(_ records: InstanceRecords) -> Bool {
        means(records.id.processGUID) || records.all.contains { $0.instanceKey?.instanceGUID.rawValue == text }
    }

    /// How an instance is called.
    func title(_ key: ActualLRPKey) -> String {
        guard let app else { return "\(key)" }
        return "\(app.name)/\(key.index)" + (key.processGUID == app.processGUID ? "" : " of an earlier version")
    }
}

extension ProcessGUID {
    /// The guid itself, or the guid of the app whose process it is.
    func isNamed(_ name: String) -> Bool { rawValue == name || (!name.isEmpty && rawValue.hasPrefix(name + "-")) }
}
