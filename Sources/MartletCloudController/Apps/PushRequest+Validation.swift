import MartletModels

extension PushRequest {
    static let instanceLimit = 1_000
    static let memoryLimitMB = 1 << 20
    static let diskLimitMB = 1 << 22
    /// Seconds (Cloud Controller section 13.2).
    static let timeoutLimit = 180

    /// - Throws: 422 with one sentence for each thing that is wrong.
    func validate() throws(APIError) {
        var wrong: [String] = []
        func require(_ condition: Bool, _ text: String) { if !condition { wrong.append(text) } }
        require(
            (1...255).contains(name.utf8.count) && !name.contains("/")
                && !name.unicodeScalars.contains { $0.value < 0x20 },
            "name must have 1 to 255 bytes, without slashes and control characters."
        )
        require((0...Self.instanceLimit).contains(instances), "instances must be from 0 to \(Self.instanceLimit).")
        require((1...Self.memoryLimitMB).contains(memoryMB), "memory_mb must be from 1 to \(Self.memoryLimitMB).")
        require((1...Self.diskLimitMB).contains(diskMB), "disk_mb must be from 1 to \(Self.diskLimitMB).")
        require((1...Self.timeoutLimit).contains(timeout), "timeout must be from 1 to \(Self.timeoutLimit) seconds.")
        require(
            (1...Self.timeoutLimit).contains(healthCheckInvocationTimeout ?? 1),
            "health_check_invocation_timeout must be from 1 to \(Self.timeoutLimit) seconds."
        )
        require(healthCheckHTTPEndpoint.hasPrefix("/"), "health_check_http_endpoint must begin with a slash.")
        require(
            (username ?? "").isEmpty == (password ?? "").isEmpty,
            "username and password come together; give both or none."
        )
        require((1...65_535).contains(port ?? 1), "port must be from 1 to 65535.")
        wrong += sourceObjections
        wrong += environment.keys.sorted().compactMap(Self.objection(toVariable:))
        if !wrong.isEmpty { throw .unprocessable(wrong) }
    }

    /// Exactly one of image and root file system; the latter only from the operator, or the flag could be passed by.
    private var sourceObjections: [String] {
        guard let rootFS else { return image == nil ? ["image is missing, or rootfs in its place."] : [] }
        guard image == nil else { return ["image and rootfs exclude each other; give one."] }
        var wrong: [String] = []
        let source = RootFS(rootFS)
        if source.scheme != "preloaded" || source.opaque.isEmpty { wrong.append("rootfs must be preloaded:NAME.") }
        if (command ?? "").isEmpty { wrong.append("command is missing; a preloaded root file system has none.") }
        if !(username ?? "").isEmpty { wrong.append("username is for the registry of an image.") }
        return wrong
    }

    /// Names that the platform sets itself, and those that no process can have.
    private static func objection(toVariable name: String) -> String? {
        if name == "PORT" { return "environment may not set PORT; the platform does." }
        if name.hasPrefix("VCAP_") { return "environment may not set \(name); names with VCAP_ are the platform's." }
        if name.isEmpty || name.contains("=") || name.contains("\0") {
            return "environment has a variable without a usable name."
        }
        return nil
    }
}
