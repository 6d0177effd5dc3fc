public import MartletHTTP
import MartletProtobuf

/// One row of the route table: a path, what it takes, and what it answers. Everything is POST.
public struct BBSRoute<Request: BBSRequest, Response: BBSResponse>: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public var method: HTTPMethod { .post }

    /// Decodes and validates, lets `body` act, and encodes what it returns. Whatever goes wrong is an answer.
    ///
    /// - Parameter body: gets the trace id of the caller beside the request; empty without one.
    public func handler(
        _ body: @escaping @Sendable (Request, _ traceID: String) async throws(BBSError) -> Response
    ) -> Route {
        Route(method, path) { request in
            do throws(BBSError) {
                let message = try Request(received: request.body)
                return .protobuf(try await body(message, request.traceID).encoded())
            } catch {
                return .protobuf(Response(error: error).encoded())
            }
        }
    }
}

extension BBSRequest {
    /// A request as it came in: decoded and validated.
    public init(received body: [UInt8]) throws(BBSError) {
        let request: Self
        do { request = try Self(decoding: body) } catch { throw BBSError(error) }
        do { try request.validate() } catch { throw BBSError(error) }
        self = request
    }
}

extension HTTPResponse {
    /// A message of the BBS. Application errors too have status 200 (section 1.4).
    public static func protobuf(_ message: [UInt8]) -> HTTPResponse {
        HTTPResponse(.ok, headers: ["Content-Type": BBSRoutes.contentType], body: .bytes(message))
    }
}

extension HTTPRequest {
    /// `X-Vcap-Request-Id` as the caller sent it; empty without one.
    public var traceID: String { headers[BBSRoutes.traceHeader] ?? "" }
}
