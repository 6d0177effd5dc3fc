import MartletModels

/// Table 2.5 of the cell specification: what a running instance is to take over.
struct LRPUpdateBody: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case instanceGUID = "instance_guid"
        case processGUID = "process_guid"
        case index
        case domain
        case internalRoutes = "internal_routes"
        case metricTags = "metric_tags"
    }

    struct InternalRoute: Codable {
        enum CodingKeys: String, CodingKey, CaseIterable {
            case hostname
        }

        var hostname: String?
    }

    var instanceGUID: String?
    var processGUID: String?
    var index: Int?
    var domain: String?
    /// Absent and `null` leave the routes as they are.
    var internalRoutes: [InternalRoute]?
    /// Absent and `null` leave the tags as they are.
    var metricTags: [String: String]?

    init(_ update: LRPLiveUpdate, of key: ActualLRPKey, _ instance: InstanceGUID) {
        instanceGUID = instance.rawValue
        processGUID = key.processGUID.rawValue
        index = key.index
        domain = key.domain.rawValue
        internalRoutes = update.internalRoutes?.map { InternalRoute(hostname: $0) }
        metricTags = update.metricTags
    }

    var update: LRPLiveUpdate {
        LRPLiveUpdate(internalRoutes: internalRoutes?.map { $0.hostname ?? "" }, metricTags: metricTags)
    }
}
