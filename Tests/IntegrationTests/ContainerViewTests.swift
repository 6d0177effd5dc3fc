import FoundationEssentials
import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@Suite(
    "What an app sees, on the whole stack",
    .serialized,
    .enabled(if: StackFixture.available, "needs root and runc")
)
struct ContainerViewTests {
    /// Writes down what it sees, and serves it.
    private static let script = """
        #!/bin/sh
        env > /www/env
        id > /www/id
        pwd > /www/pwd
        cat /proc/self/uid_map > /www/uid_map
        cat /proc/self/gid_map > /www/gid_map
        for word in "$0" "$@"; do echo "$word"; done > /www/words
        exec httpd -f -p "$PORT" -h /www

        """

    @Test("it is what the image and the push say: user, directory, words, environment, ports, and ids of its own")
    func view() async throws {
        try await StackFixture.with { stack in
            let image = try await image().push(to: stack.registry, as: "team/view:v1")
            try await stack.run(
                "push",
                "view",
                "-i",
                "2",
                "-m",
                "32M",
                "-k",
                "64M",
                "-o",
                image,
                "--env",
                "FROM_BOTH=app",
                "--env",
                "FROM_APP=a b"
            )
            let records = try await stack.waitsForRunning(2)
            for record in records {
                #expect(try await stack.get("words", of: record) == "/entry\nfrom entrypoint\nfrom cmd\n$HOME\n")
                #expect(try await stack.get("id", of: record) == "uid=1000(web) gid=1001(web)\n")
                #expect(try await stack.get("pwd", of: record) == "/home\n")
                try await checkEnvironment(of: record, stack)
            }
            try await checkIDs(records, stack)
        }
    }

    private func image() -> StackImage {
        var image = StackImage()
        image.scripts = [("/entry", Self.script)]
        image.config = OCIConfig(
            env: StackImage.path + ["FROM_IMAGE=image", "FROM_BOTH=image", "PORT=1", "CF_INSTANCE_INDEX=image"],
            user: "web",
            workingDir: "/home",
            entrypoint: ["/entry", "from entrypoint"],
            cmd: ["from cmd", "$HOME"],
            exposedPorts: ["9090/tcp", "53/udp", "7070/tcp"]
        )
        return image
    }

    private func checkEnvironment(of record: ActualLRP, _ stack: StackFixture) async throws {
        let netInfo = try #require(record.netInfo)
        #expect(netInfo.ports.map(\.containerPort) == [7070, 9090])
        var environment = try await environment(of: record, stack)
        let application = try #require(environment["VCAP_APPLICATION"])
        let hostPort = netInfo.ports[0].hostPort
        let ports = netInfo.ports.map { #"{"external":\#($0.hostPort),"internal":\#($0.containerPort)}"# }
        let expected = [
            "FROM_IMAGE": "image", "FROM_BOTH": "app", "FROM_APP": "a b", "PATH": "/bin", "PORT": "7070",
            "INSTANCE_INDEX": "\(record.key.index)", "CF_INSTANCE_INDEX": "\(record.key.index)",
            "INSTANCE_GUID": record.container, "CF_INSTANCE_GUID": record.container,
            "CF_INSTANCE_IP": netInfo.address, "CF_INSTANCE_INTERNAL_IP": netInfo.instanceAddress,
            "CF_INSTANCE_PORT": "\(hostPort)", "CF_INSTANCE_ADDR": "\(netInfo.address):\(hostPort)",
            "CF_INSTANCE_PORTS": "[\(ports.joined(separator: ","))]",
            "MEMORY_LIMIT": "32m", "VCAP_SERVICES": "{}",
        ]
        // The first is looked into below; the shell's own names are no concern of the platform.
        for name in ["VCAP_APPLICATION", "SHLVL", "PWD", "HOME", "USER", "LANG", "OLDPWD"] { environment[name] = nil }
        #expect(environment == expected)
        let described = try JSONDecoder().decode(Application.self, from: Data(application.utf8))
        #expect(described.application_name == "view")
        #expect(described.limits.mem == 32)
    }

    private struct Application: Decodable {
        struct Limits: Decodable { var mem: Int }
        var application_name: String
        var limits: Limits
    }

    private func environment(of record: ActualLRP, _ stack: StackFixture) async throws -> [String: String] {
        let lines = try await stack.get("env", of: record).split(separator: "\n")
        let pairs = lines.map { line in
            let name = line.prefix { $0 != "=" }
            return (String(name), String(line.dropFirst(name.count + 1)))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Each instance has 65,536 ids of the host to itself, far above those of the host's own users.
    private func checkIDs(_ records: [ActualLRP], _ stack: StackFixture) async throws {
        var bases: Set<Int> = []
        for record in records {
            let maps = try await [stack.get("uid_map", of: record), stack.get("gid_map", of: record)]
            let numbers = maps.map { $0.split(whereSeparator: \.isWhitespace).compactMap { Int($0) } }
            try #require(numbers[0].count == 3)
            #expect(numbers[0] == numbers[1])
            #expect(numbers[0][0] == 0)
            #expect(numbers[0][2] == 65_536)
            #expect(numbers[0][1] >= 1 << 20)
            #expect(numbers[0][1] % 65_536 == 0)
            bases.insert(numbers[0][1])
            let pid = try #require(try stack.machine.processes(of: record.container).first)
            let status = try Files.readText("/proc/\(pid)/status").split(separator: "\n")
            #expect(status.contains { $0.hasPrefix("Uid:\t\(numbers[0][1] + 1_000)\t") })
        }
        #expect(bases.count == records.count)
    }

    @Test("a command of the push runs in a shell, an image without ports gets 8080, and too much memory is named")
    func command() async throws {
        try await StackFixture.with { stack in
            let image = try await StackImage().push(to: stack.registry, as: "team/app:v1")
            let size = ["-m", "32M", "-k", "64M", "-o", image]
            let script =
                #"tr '\0' '\n' < /proc/$$/cmdline > /www/words; id -u > /www/id; exec httpd -f -p $PORT -h /www"#
            try await stack.run(["push", "shell", "-c", script] + size)
            let record = try #require(try await stack.waitsForRunning(1).first)
            #expect(record.netInfo?.ports.map(\.containerPort) == [8080])
            #expect(try await stack.get("words", of: record) == "/bin/sh\n-c\n\(script)\n")
            #expect(try await stack.get("id", of: record) == "0\n")
            try await stack.run("delete", "shell", "--force")
            let eater = "x=0123456789abcdef; while :; do x=$x$x; done"
            try await stack.run(["push", "eater", "-u", "process", "-c", eater, "--no-wait"] + size)
            try await stack.waits("a crash") {
                try await stack.records().contains { $0.crashReason.contains("out of memory") }
            }
            let crashed = try #require(try await stack.records().last)
            #expect(crashed.crashReason == "APP/PROC/WEB: Exited with status 137 (out of memory)")
        }
    }
}
