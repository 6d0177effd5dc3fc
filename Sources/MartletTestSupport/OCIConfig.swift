/// What a test image's configuration says; members that are empty are left out.
public struct OCIConfig: Sendable {
    public var env: [String]
    public var user: String
    public var workingDir: String
    public var entrypoint: [String]
    public var cmd: [String]
    /// For example `8080/tcp`.
    public var exposedPorts: [String]
    public var stopSignal: String

    public init(
        env: [String] = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        user: String = "",
        workingDir: String = "",
        entrypoint: [String] = [],
        cmd: [String] = [],
        exposedPorts: [String] = [],
        stopSignal: String = ""
    ) {
        self.env = env
        self.user = user
        self.workingDir = workingDir
        self.entrypoint = entrypoint
        self.cmd = cmd
        self.exposedPorts = exposedPorts
        self.stopSignal = stopSignal
    }

    func json(platform: OCILayoutBuilder.Platform, diffIDs: [String]) -> String {
        var members: [String] = []
        func add(_ name: String, _ values: [String]) {
            if !values.isEmpty { members.append("\"\(name)\":\(JSONText.list(values))") }
        }
        func add(_ name: String, _ value: String) {
            if !value.isEmpty { members.append("\"\(name)\":\(JSONText.quote(value))") }
        }
        add("Env", env)
        add("User", user)
        add("WorkingDir", workingDir)
        add("Entrypoint", entrypoint)
        add("Cmd", cmd)
        add("StopSignal", stopSignal)
        let ports = exposedPorts.map { "\(JSONText.quote($0)):{}" }.joined(separator: ",")
        if !exposedPorts.isEmpty { members.append("\"ExposedPorts\":{\(ports)}") }
        return String(platform.json.dropLast())
            + #","config":{\#(members.joined(separator: ","))},"#
            + #""rootfs":{"type":"layers","diff_ids":\#(JSONText.list(diffIDs))}}"#
    }
}

/// JSON by hand, for fixtures.
enum JSONText {
    static func quote(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\u{0}"..."\u{1f}":
                "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
                    + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }

    static func list(_ values: [String]) -> String { "[\(values.map(quote).joined(separator: ","))]" }
}
