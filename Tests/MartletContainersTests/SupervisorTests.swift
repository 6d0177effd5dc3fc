import Testing

@testable import MartletContainers

@Suite("Words of the runtime")
struct SupervisorTests {
    private func log(_ text: String) -> String {
        "time=\"2026-11-23T21:05:42Z\" level=error msg=\"exec failed: unable to start container process: \(text)\"\n"
    }

    @Test(
        "a missing executable is told from other failures",
        arguments: [
            (
                "exec: \\\"/nope\\\": stat /nope: no such file or directory",
                ContainerError.executableNotFound("exec: \"/nope\": stat /nope: no such file or directory")
            ),
            (
                "exec: \\\"nope\\\": executable file not found in $PATH",
                .executableNotFound("exec: \"nope\": executable file not found in $PATH")
            ),
            ("exec: \\\"/etc\\\": permission denied", .executableNotFound("exec: \"/etc\": permission denied")),
            (
                "chdir to cwd (\\\"/x\\\") set in config.json failed: permission denied",
                .invalid(
                    "exec failed: unable to start container process: chdir to cwd (\"/x\") set in config.json failed: permission denied"
                )
            ),
            ("eaccess /bin/sh: permission denied", .executableNotFound("eaccess /bin/sh: permission denied")),
            ("something else", .runtime("exec failed: unable to start container process: something else")),
        ]
    )
    func refusals(text: String, expected: ContainerError) {
        #expect(Supervisor.refusal(log(text)) == expected)
    }

    @Test("the last error of a JSON log counts")
    func lastError() {
        let log = """
            {"level":"warning","msg":"ignored","time":"t"}
            {"level":"error","msg":"first","time":"t"}
            {"level":"error","msg":"runc run failed: x","time":"t"}
            not JSON
            """
        #expect(OCIRuntime.lastError(log) == "runc run failed: x")
        #expect(OCIRuntime.lastError("") == nil)
    }
}
