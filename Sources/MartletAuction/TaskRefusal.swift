public import MartletModels

/// Why a task was not placed; see `PlacementRefusal`.
public struct TaskRefusal: Error, Hashable, Sendable {
    public var guid: TaskGUID
    public var text: String
    public var inFlightLimit: PlacementRefusal.InFlightLimit?
    public var verdicts: [CellVerdict]

    public init(
        guid: TaskGUID,
        text: String,
        inFlightLimit: PlacementRefusal.InFlightLimit? = nil,
        verdicts: [CellVerdict]
    ) {
        self.guid = guid
        self.text = text
        self.inFlightLimit = inFlightLimit
        self.verdicts = verdicts
    }
}
