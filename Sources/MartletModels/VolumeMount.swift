/// A volume that an LRP asks for. No cell of ours mounts volumes yet, so placement refuses an LRP that has one.
public struct VolumeMount: Hashable, Sendable {
    public var driver: String
    public var containerDirectory: String
    /// `r` or `rw`.
    public var mode: String
    public var unknownFields: UnknownFields

    public init(
        driver: String,
        containerDirectory: String,
        mode: String,
        unknownFields: UnknownFields = UnknownFields()
    ) {
        self.driver = driver
        self.containerDirectory = containerDirectory
        self.mode = mode
        self.unknownFields = unknownFields
    }
}
