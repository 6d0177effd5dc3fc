/// Routes compiled for look-up: a pure value that says who answers a method and a path.
///
/// A path is compared segment by segment, exactly, with case, as it was sent: nothing is cleaned, a trailing slash
/// counts, the query does not. Where a literal segment and a parameter both fit, the literal wins.
public struct RouteTable: Sendable {
    /// Who answers.
    public enum Match: Sendable {
        /// Parameters are percent-decoded.
        case route(Route, parameters: [String: String])
        /// The path exists, with these methods, sorted.
        case methodNotAllowed(allow: [HTTPMethod])
        case notFound
    }

    private var root = Node()
    private let fallback: Route.Handler?

    /// - Parameter fallback: answers unknown paths and wrong methods, in place of the plain texts.
    /// - Precondition: no two routes have the same method and the same shape of path; every pattern begins with `/`.
    public init(_ routes: [Route], fallback: Route.Handler? = nil) {
        self.fallback = fallback
        for route in routes {
            precondition(route.pattern.hasPrefix("/"), "the pattern \(route.pattern) does not begin with a slash")
            let names = Self.parameterNames(route.pattern)
            let isNew = root.insert(Leaf(route: route, names: names), at: Self.segments(route.pattern)[...])
            precondition(isNew, "two routes for \(route.method.rawValue) \(route.pattern)")
        }
    }

    public func match(_ method: HTTPMethod, _ path: String) -> Match {
        guard path.hasPrefix("/") else { return .notFound }
        let found = root.find(Self.segments(path)[...], [], accepting: method)
        if let found, let leaf = found.leaves[method] {
            var parameters: [String: String] = [:]
            for (name, raw) in zip(leaf.names, found.values) {
                guard let value = percentDecoded(raw) else { return .notFound }
                parameters[name] = value
            }
            return .route(leaf.route, parameters: parameters)
        }
        guard let other = root.find(Self.segments(path)[...], [], accepting: nil) else { return .notFound }
        return .methodNotAllowed(allow: other.leaves.keys.sorted { $0.rawValue < $1.rawValue })
    }

    /// Finds the route and lets it answer; what has no route gets the fallback's answer, or a plain text.
    public func answer(_ request: HTTPRequest) async -> HTTPResponse {
        switch match(request.method, request.path) {
        case .route(let route, let parameters):
            var request = request
            request.parameters = parameters
            return await route.handler(request)
        case .methodNotAllowed(let allow):
            guard let fallback else { return .methodNotAllowed(allow: allow) }
            return await fallback(request)
        case .notFound:
            guard let fallback else { return .notFound }
            return await fallback(request)
        }
    }

    private static func segments(_ path: String) -> [Substring] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func parameterNames(_ pattern: String) -> [String] {
        segments(pattern).compactMap(Node.parameterName)
    }
}

/// A route, and the names of its parameters in the order of the path.
private struct Leaf: Sendable {
    let route: Route
    let names: [String]
}

/// The rest of a path below one segment.
private struct Node: Sendable {
    private var literals: [Substring: Node] = [:]
    /// At most one element; an array because a struct cannot hold itself.
    private var parameter: [Node] = []
    private var leaves: [HTTPMethod: Leaf] = [:]

    static func parameterName(_ segment: Substring) -> String? {
        segment.hasPrefix("{") && segment.hasSuffix("}") ? String(segment.dropFirst().dropLast()) : nil
    }

    /// - Returns: false when the place is taken.
    mutating func insert(_ leaf: Leaf, at path: ArraySlice<Substring>) -> Bool {
        guard let segment = path.first else { return leaves.updateValue(leaf, forKey: leaf.route.method) == nil }
        guard Self.parameterName(segment) != nil else {
            return literals[segment, default: Node()].insert(leaf, at: path.dropFirst())
        }
        if parameter.isEmpty { parameter.append(Node()) }
        return parameter[0].insert(leaf, at: path.dropFirst())
    }

    /// The leaves at the path, literals first; with `method`, only a place that has it. A parameter is never empty.
    func find(
        _ path: ArraySlice<Substring>,
        _ values: [Substring],
        accepting method: HTTPMethod?
    ) -> (leaves: [HTTPMethod: Leaf], values: [Substring])? {
        guard let segment = path.first else {
            let isWanted = method.map { leaves[$0] != nil } ?? !leaves.isEmpty
            return isWanted ? (leaves, values) : nil
        }
        if let found = literals[segment]?.find(path.dropFirst(), values, accepting: method) { return found }
        guard !segment.isEmpty else { return nil }
        return parameter.first?.find(path.dropFirst(), values + [segment], accepting: method)
    }
}
