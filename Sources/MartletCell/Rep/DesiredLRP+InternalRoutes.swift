import FoundationEssentials
import MartletModels

extension DesiredLRP {
    private struct InternalRoute: Decodable {
        var hostname: String
    }

    /// The host names under which other containers reach it: its routes of the router `internal-router`.
    var internalRouteHostnames: [String] {
        guard let bytes = routes["internal-router"] else { return [] }
        // Routes are opaque to everybody but their router; a text that is not its list names no host.
        guard let routes = try? JSONDecoder().decode([InternalRoute].self, from: Data(bytes)) else { return [] }
        return routes.map(\.hostname)
    }
}
