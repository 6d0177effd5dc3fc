/// One page of a list (Cloud Controller section 1.2).
public struct Page<Resource: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    public var pagination: Pagination
    public var resources: [Resource]
}

/// Where a page stands in its list.
public struct Pagination: Codable, Hashable, Sendable {
    public struct Link: Codable, Hashable, Sendable {
        /// Absolute.
        public var href: String
    }

    public var totalResults: Int
    public var totalPages: Int
    public var first: Link
    public var last: Link
    public var next: Link?
    public var previous: Link?

    private enum CodingKeys: String, CodingKey {
        case totalResults = "total_results"
        case totalPages = "total_pages"
        case first, last, next, previous
    }

    /// Clients read `null` where there is no further page.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(totalResults, forKey: .totalResults)
        try container.encode(totalPages, forKey: .totalPages)
        try container.encode(first, forKey: .first)
        try container.encode(last, forKey: .last)
        try container.encode(next, forKey: .next)
        try container.encode(previous, forKey: .previous)
    }
}

/// Which page a client asks for.
struct PageRequest {
    static let parameters = ["page", "per_page"]

    let page: Int
    let perPage: Int

    init(_ query: Query) throws(APIError) {
        page = try query.integer("page", in: 1...Int.max) ?? 1
        perPage = try query.integer("per_page", in: 1...5_000) ?? 50
    }

    /// - Parameter url: of the list, absolute, without query.
    /// - Parameter parameters: further ones that the links repeat.
    func page<R>(of all: [R], at url: String, parameters: String = "") -> Page<R> {
        let pages = max(1, (all.count + perPage - 1) / perPage)
        func link(_ page: Int) -> Pagination.Link {
            Pagination.Link(href: "\(url)?page=\(page)&per_page=\(perPage)\(parameters)")
        }
        let start = page > pages ? all.count : (page - 1) * perPage
        return Page(
            pagination: Pagination(
                totalResults: all.count,
                totalPages: pages,
                first: link(1),
                last: link(pages),
                next: page < pages ? link(page + 1) : nil,
                previous: page > 1 ? link(page - 1) : nil
            ),
            resources: Array(all[start...].prefix(perPage))
        )
    }
}
