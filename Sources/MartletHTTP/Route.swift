/// One row of a route table: method, path pattern, and the function that answers.
///
/// A pattern is matched segment by segment, exactly and with case; `{name}` matches one segment.
public struct Route: Sendable {
    public typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

    public let method: HTTPMethod
    public let pattern: String
    public let handler: Handler

    public init(_ method: HTTPMethod, _ pattern: String, _ handler: @escaping Handler) {
        self.method = method
        self.pattern = pattern
        self.handler = handler
    }
}
