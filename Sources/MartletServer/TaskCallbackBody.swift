import MartletModels

/// What a completion callback says (BBS section 5.7.4), in the bytes of the reference: keys in this order, and text
/// escaped as Go escapes it.
struct TaskCallbackBody {
    let task: MartletTask
    let completion: TaskCompletion

    var bytes: [UInt8] {
        var fields = [
            ("task_guid", Self.quoted(task.guid.rawValue)), ("failed", completion.failed ? "true" : "false"),
            ("failure_reason", Self.quoted(completion.failureReason)), ("result", Self.quoted(completion.result)),
        ]
        if !task.definition.annotation.isEmpty {
            fields.append(("annotation", Self.quoted(task.definition.annotation)))
        }
        fields.append(("created_at", "\(task.createdAt.nanoseconds)"))
        return Array("{\(fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}".utf8)
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{8}": quoted += "\\b"
            case "\u{C}": quoted += "\\f"
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\0"..."\u{1F}": quoted += escaped(scalar)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
