import MartletProtobuf

/// The wrapper around the map of routes, which tells "no routes" from "routes not mentioned".
struct ProtoRoutes: ProtobufMessage, Hashable {
    /// Router name to JSON text.
    var routes: [String: [UInt8]] = [:]

    init(_ routes: [String: [UInt8]]) { self.routes = routes }

    init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        while let field = try reader.nextField() {
            guard field.number == 1 else { continue }
            let entry = try field.mapEntry(missing: []) { (field) throws(ProtobufError) in try field.bytes }
            routes[entry.key] = entry.value
        }
    }

    func write(to writer: inout ProtobufWriter) {
        writer.map(1, routes) { writer, value in writer.bytes(2, present: value) }
    }
}

extension ProtobufWriter {
    /// Text to text.
    mutating func stringMap(_ field: Int, _ entries: [String: String]) {
        map(field, entries) { writer, value in writer.string(2, present: value) }
    }

    /// Text to metric tag.
    mutating func messageMap<M: ProtobufMessage>(_ field: Int, _ entries: [String: M]) {
        map(field, entries) { writer, value in writer.message(2, value) }
    }
}

extension ProtobufField {
    /// Adds one entry of a map of text to text for people.
    func addText(to map: inout [String: String]) throws(ProtobufError) {
        let entry = try mapEntry(missing: "") { (field) throws(ProtobufError) in try field.text }
        map[entry.key] = entry.value
    }
}
