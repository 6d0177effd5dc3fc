public import MartletModels
import MartletHTTP

/// The routes of a cell that Martlet serves and calls (cell specification 2.1).
public enum RepRoutes {
    public static let ping = "/ping"
    public static let state = "/state"
    public static let work = "/work"
    /// A pattern with the parameters `process_guid` and `instance_guid`.
    public static let stop = "/v1/lrps/{process_guid}/instances/{instance_guid}/stop"

    public static func stopPath(_ processGUID: ProcessGUID, _ instanceGUID: InstanceGUID) -> String {
        "/v1/lrps/\(percentEncoded(processGUID.rawValue))/instances/\(percentEncoded(instanceGUID.rawValue))/stop"
    }

    /// A pattern with the parameter `task_guid`.
    public static let cancelTask = "/v1/tasks/{task_guid}/cancel"

    public static func cancelTaskPath(_ guid: TaskGUID) -> String {
        "/v1/tasks/\(percentEncoded(guid.rawValue))/cancel"
    }
}
