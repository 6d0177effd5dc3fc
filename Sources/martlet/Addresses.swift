import MartletCLI
import MartletHTTP

/// Reads `HOST:PORT` settings.
extension Settings {
    func endpoint(_ name: String) throws(SettingsError) -> HTTPServer.Endpoint {
        let text = required(name)
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw .unusable(name, "\"\(text)\" is not ADDRESS:PORT, for example 127.0.0.1:8889")
        }
        let host = text[..<colon]
        let address = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
        return .tcp(address: String(address), port: port)
    }
}

extension HTTPServer {
    /// - Throws: a sentence that names the setting to change.
    static func listening(
        on setting: String,
        of settings: Settings,
        routes: [Route],
        fallback: Route.Handler? = nil
    ) throws(StartFailure) -> HTTPServer {
        do throws(SettingsError) {
            let endpoint = try settings.endpoint(setting)
            do throws(HTTPServerError) {
                return try HTTPServer(Configuration(endpoint), routes: routes, fallback: fallback)
            } catch { throw .unusable(setting, "\(error)") }
        } catch { throw StartFailure(text: "\(error)") }
    }
}
