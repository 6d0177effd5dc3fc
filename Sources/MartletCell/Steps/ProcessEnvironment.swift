import MartletModels

/// Puts the layers of a process's environment together (executor section 4.15).
///
/// From below: the image, the platform's names of the instance, the desired LRP, the run action, and the addresses.
struct ProcessEnvironment: Hashable, Sendable {
    /// The image's own variables.
    var image: [EnvironmentVariable]
    var instance: InstanceGUID
    var index: Int
    /// The desired LRP's variables.
    var desired: [EnvironmentVariable]
    var netInfo: ActualLRPNetInfo

    /// Complete for one process: no name twice, in the order in which names first appear.
    func variables(for action: [EnvironmentVariable]) -> [EnvironmentVariable] {
        var result: [EnvironmentVariable] = []
        var positions: [String: Int] = [:]
        for variable in image + names + desired + action + addresses {
            if let position = positions[variable.name] {
                result[position] = variable
            } else {
                positions[variable.name] = result.count
                result.append(variable)
            }
        }
        return result
    }

    private var names: [EnvironmentVariable] {
        ["INSTANCE_GUID", "CF_INSTANCE_GUID"].map { EnvironmentVariable(name: $0, value: instance.rawValue) }
            + ["INSTANCE_INDEX", "CF_INSTANCE_INDEX"].map { EnvironmentVariable(name: $0, value: String(index)) }
    }

    private var addresses: [EnvironmentVariable] {
        var result = [
            EnvironmentVariable(name: "CF_INSTANCE_IP", value: netInfo.address),
            EnvironmentVariable(name: "CF_INSTANCE_INTERNAL_IP", value: netInfo.instanceAddress),
        ]
        if let first = netInfo.ports.first {
            if first.hostPort != 0 {
                result.append(EnvironmentVariable(name: "CF_INSTANCE_PORT", value: String(first.hostPort)))
                let address = "\(netInfo.address):\(first.hostPort)"
                result.append(EnvironmentVariable(name: "CF_INSTANCE_ADDR", value: address))
            }
        } else {
            result.append(EnvironmentVariable(name: "CF_INSTANCE_PORT", value: ""))
            result.append(EnvironmentVariable(name: "CF_INSTANCE_ADDR", value: ""))
        }
        result.append(EnvironmentVariable(name: "CF_INSTANCE_PORTS", value: portsText))
        return result
    }

    /// Tests of other platforms compare it byte for byte, so the order of fields is part of it.
    private var portsText: String {
        let objects = netInfo.ports.map { port in
            let fields: [(String, UInt32)] = [
                ("external", port.hostPort), ("internal", port.containerPort),
                ("external_tls_proxy", port.hostTLSProxyPort), ("internal_tls_proxy", port.containerTLSProxyPort),
            ]
            let texts = fields.compactMap { name, value in
                value == 0 && name != "internal" ? nil : "\"\(name)\":\(value)"
            }
            return "{\(texts.joined(separator: ","))}"
        }
        return "[\(objects.joined(separator: ","))]"
    }
}
