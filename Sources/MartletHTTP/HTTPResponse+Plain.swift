extension HTTPResponse {
    /// The answer for an unknown path, as Go's servers and so the reference BBS give it.
    public static var notFound: HTTPResponse { text(.notFound, "404 page not found\n") }

    /// The answer for a known path with another method.
    public static func methodNotAllowed(allow: [HTTPMethod]) -> HTTPResponse {
        var response = text(.methodNotAllowed, "Method Not Allowed\n")
        response.headers.add("Allow", allow.map(\.rawValue).joined(separator: ", "))
        response.headers.add("X-Content-Type-Options", "nosniff")
        return response
    }

    /// Plain text in UTF-8.
    public static func text(_ status: HTTPStatus, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status,
            headers: ["Content-Type": "text/plain; charset=utf-8"],
            body: .bytes(Array(text.utf8))
        )
    }

    /// Whether RFC 9110 section 6.4.1 lets an answer with this status have content.
    var mayHaveContent: Bool { status.rawValue >= 200 && status != .noContent && status != 304 }
}
