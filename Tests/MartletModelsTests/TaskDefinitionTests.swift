import Testing

@testable import MartletModels

@Suite("What a task may ask for")
struct TaskDefinitionTests {
    private static let good = MartletTask.sample("t").definition

    private struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let failures: [String]
        let change: @Sendable (inout TaskDefinition) -> Void

        init(_ name: String, _ failures: [String], _ change: @escaping @Sendable (inout TaskDefinition) -> Void) {
            (testDescription, self.failures, self.change) = (name, failures, change)
        }
    }

    private static let cases: [Case] = [
        Case("good", []) { _ in },
        Case("empty", ["Invalid field: rootfs", "invalid action type"]) {
            $0 = TaskDefinition(rootFS: RootFS(""), action: nil)
        },
        Case("no scheme", ["Invalid field: rootfs"]) { $0.rootFS = RootFS("ploop") },
        Case("no action", ["invalid action type"]) { $0.action = nil },
        Case("bad action", ["Invalid field: action", "Invalid field: path", "Invalid field: user"]) {
            $0.action = .run(RunAction(path: "", user: ""))
        },
        Case("negative", ["Invalid field: memory_mb", "Invalid field: disk_mb", "Invalid field: max_pids"]) {
            ($0.memoryMB, $0.diskMB, $0.maxPIDs) = (-1, -1, -1)
        },
        Case("longest annotation", []) { $0.annotation = String(repeating: "a", count: 10_240) },
        Case("longer annotation", ["Invalid field: annotation"]) {
            $0.annotation = String(repeating: "a", count: 10_241)
        },
        Case("user only", ["Invalid field: image_password"]) { $0.imageCredentials.username = "u" },
        Case("password only", ["Invalid field: image_username"]) { $0.imageCredentials.password = "p" },
        Case("blank variable", []) { $0.environment = [EnvironmentVariable(name: "", value: "x")] },
        Case("blank volume", []) {
            $0.volumeMounts = [VolumeMount(driver: "", containerDirectory: "", mode: "x")]
        },
        Case("any callback", []) { $0.completionCallbackURL = "not a url" },
    ]

    @Test("refusals, in the words and order of the BBS", arguments: cases)
    private func rules(_ example: Case) {
        var definition = Self.good
        example.change(&definition)
        var found: [String] = []
        do throws(ValidationError) { try definition.validate() } catch { found = error.failures }
        #expect(found == example.failures)
    }

    @Test(
        "a task needs a name, a domain, and a definition that is good",
        arguments: [
            ("t", "d", []), ("", "d", ["task_guid"]), ("a b", "d", ["task_guid"]), ("t", "", ["domain"]),
            ("t", String(repeating: "d", count: 256), ["domain"]),
        ] as [(String, String, [String])]
    )
    func identity(guid: String, domain: String, fields: [String]) {
        let task = MartletTask(
            TaskGUID(guid),
            domain: DomainName(domain),
            definition: Self.good,
            at: .epoch
        )
        var found: [String] = []
        do throws(ValidationError) { try task.validate() } catch { found = error.failures }
        #expect(found == fields.map { "Invalid field: \($0)" })
    }
}

extension MartletTask {
    /// A task that waits since the epoch.
    static func sample(_ guid: String, rootFS: String = "preloaded:stack") -> MartletTask {
        MartletTask(
            TaskGUID(guid),
            domain: DomainName("d"),
            definition: TaskDefinition(
                rootFS: RootFS(rootFS),
                action: .run(RunAction(path: "/bin/true", user: "root"))
            ),
            at: .epoch
        )
    }
}
