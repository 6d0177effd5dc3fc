import MartletModels
import MartletHTTP

extension RepRoutes {
    /// A pattern with the parameters `process_guid` and `instance_guid`, for `PUT`.
    public static let update = "/v2/lrps/{process_guid}/instances/{instance_guid}"
    /// The same without metric tags, as older cells know it.
    public static let updateRoutes = "/v1/lrps/{process_guid}/instances/{instance_guid}"

    /// - Parameter version: `v2`, or `v1` for older cells.
    static func updatePath(_ version: String, _ processGUID: ProcessGUID, _ instanceGUID: InstanceGUID) -> String {
        "/\(version)/lrps/\(percentEncoded(processGUID.rawValue))/instances/\(percentEncoded(instanceGUID.rawValue))"
    }
}
