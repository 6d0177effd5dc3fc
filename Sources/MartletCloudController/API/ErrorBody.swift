/// The errors of an answer: `{"errors":[{"code":…,"title":…,"detail":…}]}` (Cloud Controller section 5.1).
public struct ErrorBody: Codable, Hashable, Sendable {
    public struct Entry: Codable, Hashable, Sendable {
        public var code: Int
        public var title: String
        /// One sentence for people; all that clients print.
        public var detail: String

        public init(code: Int, title: String, detail: String) {
            self.code = code
            self.title = title
            self.detail = detail
        }
    }

    public var errors: [Entry]

    public init(errors: [Entry]) { self.errors = errors }

    init(_ error: APIError) {
        errors = error.details.map { Entry(code: error.code, title: error.title, detail: $0) }
    }
}
