extension ImageConfig {
    /// Reads an image configuration (OCI image configuration, or Docker's).
    /// - Parameter layerCount: how many layers the manifest lists; the configuration must name as many.
    /// - Throws: `.corrupt`.
    init(_ bytes: [UInt8], layerCount: Int) throws(RegistryError) {
        let json = try ManifestDocument.parse(bytes)
        guard json.members != nil else { throw .corrupt("its configuration is not an object") }
        self.init()
        os = try Self.text(json, "os")
        architecture = try Self.text(json, "architecture")
        if let rootfs = json["rootfs"] { diffIDs = try Self.diffIDs(rootfs) }
        guard diffIDs.count == layerCount else {
            throw .corrupt("its configuration names \(diffIDs.count) layers and its manifest \(layerCount)")
        }
        guard let run = json["config"] else { return }
        env = try Self.texts(run, "Env")
        user = try Self.text(run, "User")
        workingDir = try Self.text(run, "WorkingDir")
        entrypoint = try Self.texts(run, "Entrypoint")
        cmd = try Self.texts(run, "Cmd")
        stopSignal = try Self.text(run, "StopSignal")
        guard let ports = run["ExposedPorts"] else { return }
        guard let names = ports.members?.keys else { throw .corrupt("its ExposedPorts are not an object") }
        exposedPorts = Set(names.compactMap(ExposedPort.init)).sorted()
        malformedPorts = names.filter { ExposedPort($0) == nil }.sorted()
    }

    private static func diffIDs(_ rootfs: JSONValue) throws(RegistryError) -> [Digest] {
        guard rootfs["type"]?.text == "layers" else { throw .corrupt("its rootfs is not of type layers") }
        let texts = try texts(rootfs, "diff_ids")
        let digests = texts.compactMap { Digest($0) }
        guard digests.count == texts.count else { throw .corrupt("a diff_id is not a sha256 or sha512 digest") }
        return digests
    }

    private static func text(_ json: JSONValue, _ name: String) throws(RegistryError) -> String {
        guard let member = json[name] else { return "" }
        guard let text = member.text else { throw .corrupt("its \(name) is not a text") }
        return text
    }

    private static func texts(_ json: JSONValue, _ name: String) throws(RegistryError) -> [String] {
        guard let member = json[name] else { return [] }
        guard let texts = member.texts else { throw .corrupt("its \(name) is not a list of texts") }
        return texts
    }
}
