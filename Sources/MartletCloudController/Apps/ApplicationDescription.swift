/// What an app reads of itself in `VCAP_APPLICATION`.
struct ApplicationDescription: Encodable {
    struct Limits: Encodable {
        var fds: UInt64
        var mem: Int
        var disk: Int
    }

    var applicationID: String
    var applicationName: String
    var applicationURIs: [String] = []
    var applicationVersion: String
    var cfAPI: String
    var limits: Limits
    var name: String
    var processID: String
    var processType = "web"
    var uris: [String] = []
    var version: String

    private enum CodingKeys: String, CodingKey {
        case limits, name, uris, version
        case applicationID = "application_id"
        case applicationName = "application_name"
        case applicationURIs = "application_uris"
        case applicationVersion = "application_version"
        case cfAPI = "cf_api"
        case processID = "process_id"
        case processType = "process_type"
    }

    init(_ request: PushRequest, _ version: AppRecipe.Version) {
        applicationID = version.appGUID
        applicationName = request.name
        applicationVersion = version.versionGUID
        cfAPI = version.apiURL
        limits = Limits(fds: AppRecipe.nofile, mem: request.memoryMB, disk: request.diskMB)
        name = request.name
        processID = version.appGUID
        self.version = version.versionGUID
    }
}
