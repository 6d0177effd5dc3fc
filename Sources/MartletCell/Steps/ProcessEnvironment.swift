import MartletModels

/// The environment of a container's processes, layer by layer (executor section 4.15).
///
/// The container has the image's variables, the platform's names of the instance and the desired LRP's variables; a
/// process adds those of its run action and the addresses.
struct ProcessEnvironment: Hashable, Sendable {
    let netInfo: ActualLRPNetInfo

    /// What all processes of a container have.
    static func ofContainer(
        image: [EnvironmentVariable],
        instance: InstanceGUID,
        index: Int,
        desired: [EnvironmentVariable]
    ) -> [EnvironmentVariable] {
        let names =
            ["INSTANCE_GUID", "CF_INSTANCE_GUID"].map { EnvironmentVariable(name: $0, value: instance.rawValue) }
            + ["INSTANCE_INDEX", "CF_INSTANCE_INDEX"].map { EnvironmentVariable(name: $0, value: String(index)) }
        return lastWins(image + names + desired)
    }

    /// What one process adds.
    func variables(for action: [EnvironmentVariable]) -> [EnvironmentVariable] {
        Self.lastWins(action + addresses)
    }

    /// The last value of each name, in the order in which names first appear.
    private static func lastWins(_ variables: [EnvironmentVariable]) -> [EnvironmentVariable] {
        var result: [EnvironmentVariable] = []
        var positions: [String: Int] = [:]
        for variable in variables {
            if let position = positions[variable.name] {
                result[position] = variable
            } else {
                positions[variable.name] = result.count
                result.append(variable)
            }
        }
        return result
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
