import FoundationEssentials
import MartletHTTP

/// Answers as JSON, and requests that are.
enum JSONBody {
    /// Keys in order, so that equal values are equal bytes.
    static func bytes(_ value: some Encodable) throws(APIError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(value)) } catch {
            throw APIError(.internalServerError, 10_001, "ServerError", ["The answer could not be written as JSON."])
        }
    }

    static func response(_ status: HTTPStatus, _ value: some Encodable) throws(APIError) -> HTTPResponse {
        HTTPResponse(
            status,
            headers: ["Content-Type": "application/json; charset=utf-8"],
            body: .bytes(try bytes(value))
        )
    }

    /// - Throws: 400 for what is not a JSON object, 422 for unknown keys and values of the wrong type.
    static func decoded<Body: Decodable, Keys: CodingKey & CaseIterable>(
        _ type: Body.Type,
        _ request: HTTPRequest,
        keys: Keys.Type
    ) throws(APIError) -> Body {
        let data = Data(request.body)
        let found: ObjectKeys
        do { found = try JSONDecoder().decode(ObjectKeys.self, from: data) } catch {
            throw .unparsable("The request's body is not a JSON object; send one.")
        }
        let known = Keys.allCases.map(\.stringValue)
        let unknown = found.names.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            let list = known.joined(separator: ", ")
            throw .unprocessable(unknown.map { "Unknown field(s): '\($0)'; known are \(list)." })
        }
        do { return try JSONDecoder().decode(type, from: data) } catch {
            throw .unprocessable(explanation(error))
        }
    }

    /// What was stored by this program itself.
    static func stored<Body: Decodable>(_ type: Body.Type, _ bytes: [UInt8]) throws(APIError) -> Body {
        do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
            throw APIError(.internalServerError, 10_001, "ServerError", ["A stored app cannot be read; push it again."])
        }
    }

    private static func explanation(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "The request's body cannot be read." }
        switch error {
        case .keyNotFound(let key, _): return "\(key.stringValue) is missing."
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            return "\(path(context)) must be \(name(type))."
        case .dataCorrupted(let context): return "\(path(context)) \(context.debugDescription)"
        @unknown default: return "The request's body cannot be read."
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.isEmpty ? "the body" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }

    private static func name(_ type: any Any.Type) -> String {
        switch type {
        case is Bool.Type: "true or false"
        case is Int.Type: "a whole number"
        case is String.Type: "a text"
        default: "an object"
        }
    }
}

/// The keys of a JSON object, without its values.
private struct ObjectKeys: Decodable {
    struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Sorted.
    let names: [String]

    init(from decoder: any Decoder) throws {
        names = try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue).sorted()
    }
}
