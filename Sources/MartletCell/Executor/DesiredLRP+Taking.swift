import FoundationEssentials
import MartletModels

extension DesiredLRP {
    private struct InternalRoute: Encodable {
        var hostname: String
    }

    /// The same with what a running instance was told to take over. Tags are fixed texts then.
    func taking(_ update: LRPLiveUpdate) -> DesiredLRP {
        var desired = self
        // The same host names in another form are no news.
        if let names = update.internalRoutes, names != internalRouteHostnames {
            desired.routes[Self.internalRouter] = names.isEmpty ? nil : Self.routes(names)
        }
        if let tags = update.metricTags { desired.metricTags = tags.mapValues { MetricTagValue(static: $0) } }
        return desired
    }

    private static func routes(_ hostnames: [String]) -> [UInt8] {
        do { return Array(try JSONEncoder().encode(hostnames.map(InternalRoute.init(hostname:)))) } catch {
            preconditionFailure("cannot encode \(hostnames): \(error)")
        }
    }
}
