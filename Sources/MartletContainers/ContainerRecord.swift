import FoundationEssentials
import MartletLinux
import MartletModels

/// What must be known of a container after the agent, or the machine, was restarted.
struct ContainerRecord: Hashable, Sendable, Codable {
    enum Phase: String, Hashable, Sendable, Codable {
        case creating
        case created
        case destroying
    }

    var id: ContainerID
    var phase: Phase
    var bootID: String
    /// Set together with the phase `created`.
    var initProcess: ProcessIdentity?
    /// Number of the /30 network in the pool.
    var subnet: Int
    var hostInterface: String
    var address: IPv4Address
    var hostAddress: IPv4Address
    var ports: [MappedPort]
    var egress: [EgressRule]
    var idBase: UInt32
    var idSize: UInt32
    var createdAtNanoseconds: Int64

    var container: Container {
        Container(
            id: id,
            initPID: initProcess?.pid ?? 0,
            address: address,
            hostAddress: hostAddress,
            ports: ports,
            idRange: IDRange(base: idBase, size: idSize),
            createdAt: Timestamp(nanoseconds: createdAtNanoseconds)
        )
    }

    var firewallMember: Firewall.Member {
        Firewall.Member(id: id, interface: hostInterface, address: address, ports: ports, egress: egress)
    }
}

/// Small JSON files of our own.
enum JSONFile {
    /// Nil when the file is absent or, after a crash of the machine perhaps, not what was written.
    static func read<Value: Decodable>(_ type: Value.Type, _ path: String) -> Value? {
        guard let bytes = try? Files.read(path) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }

    /// Atomic; readable by root alone.
    static func write(_ value: some Encodable, _ path: String) throws(Errno) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("records of ours hold nothing that JSON cannot: \(value)")
        }
        try Files.replace(path, with: Array(data), mode: 0o600)
    }
}
