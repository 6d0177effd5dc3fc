extension DesiredLRP {
    /// Bytes of a domain or a log guid, which are columns of that width in the reference.
    public static let nameLimit = 255
    /// Bytes of an annotation.
    public static let annotationLimit = 10_240
    /// Bytes of all route values together.
    public static let routesLimit = 131_072
    /// Instances of one process. The reference has no such bound; every pass of convergence makes a key for each
    /// instance, so a number without bound would exhaust the server.
    public static let instancesLimit = 100_000

    /// The rules of Diego's BBS, section 4.2, in its order.
    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(!domain.isEmpty, "domain")
        error.check(!rootFS.url.isEmpty, "rootfs")
        error.check(rootFS.scheme != nil, "rootfs")
        error.check((0...Self.instancesLimit).contains(instances), "instances")
        error.check(memoryMB >= 0, "memory_mb")
        error.check(diskMB >= 0, "disk_mb")
        error.check(maxPIDs >= 0, "max_pids")
        error.check(annotation.utf8.count <= Self.annotationLimit, "annotation")
        error.check(routes.values.reduce(0) { $0 + $1.count } <= Self.routesLimit, "routes")
        validateMetricTags(&error)
        // The key is checked by itself there, so an empty domain is named twice.
        error.check(!domain.isEmpty && domain.rawValue.utf8.count <= Self.nameLimit, "domain")
        error.check(processGUID.matchesGUIDPattern, "process_guid")
        error.check(logGUID.utf8.count <= Self.nameLimit, "log_guid")
        validateActions(&error)
        if environment.contains(where: \.name.isEmpty) { error.say("invalid field: name cannot be blank") }
        if ports.contains(where: { !(1...65_535).contains($0) }) { error.invalid("ports") }
        for mount in volumeMounts {
            if mount.driver.isEmpty { error.say("invalid volume_mount driver") }
            if mount.mode != "r" && mount.mode != "rw" { error.say("invalid volume_mount mode") }
        }
        if imageCredentials.username.isEmpty != imageCredentials.password.isEmpty {
            error.invalid(imageCredentials.username.isEmpty ? "image_username" : "image_password")
        }
        if let checkDefinition {
            do { try checkDefinition.validate() } catch let inner { error.nest(inner, in: "check_definition") }
        }
        Self.validateJSON(routes, &error)
        try error.throwIfAny()
    }

    private func validateMetricTags(_ error: inout ValidationError) {
        error.check(!metricTags.isEmpty, "metric_tags")
        for (_, value) in metricTags.sorted(by: { $0.key < $1.key }) where !value.isValid {
            for field in ["metric_tags", "static", "dynamic"] { error.invalid(field) }
        }
        if !metricsGUID.isEmpty && metricTags["source_id"]?.static != metricsGUID {
            error.invalid("metric_tags")
            error.invalid("source_id should match metrics_guid")
        }
    }

    /// In the words of the reference, whose storage refuses routes that are not JSON.
    fileprivate static func validateJSON(_ routes: [String: [UInt8]], _ error: inout ValidationError) {
        if !routes.values.allSatisfy(JSONSyntax.isValue) { error.say("the request received is invalid") }
    }

    private func validateActions(_ error: inout ValidationError) {
        if let setup {
            do { try setup.validate() } catch let inner { error.nest(inner, in: "setup") }
        }
        if let action {
            do { try action.validate() } catch let inner { error.nest(inner, in: "action") }
        } else {
            error.say("invalid action type")
        }
        if let monitor {
            do { try monitor.validate() } catch let inner { error.nest(inner, in: "monitor") }
        }
    }
}

extension DesiredLRPUpdate {
    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check((0...DesiredLRP.instancesLimit).contains(instances ?? 0), "instances")
        error.check((annotation?.utf8.count ?? 0) <= DesiredLRP.annotationLimit, "annotation")
        error.check((routes ?? [:]).values.reduce(0) { $0 + $1.count } <= DesiredLRP.routesLimit, "routes")
        for value in (metricTags ?? [:]).values where !value.isValid {
            for field in ["metric_tags", "static", "dynamic"] { error.invalid(field) }
        }
        DesiredLRP.validateJSON(routes ?? [:], &error)
        try error.throwIfAny()
    }
}
