import Glibc
import Testing

@testable import MartletLinux

@Suite("Processes", .timeLimit(.minutes(1)))
struct ProcessTests {
    @Test("output, error output and exit code of a program")
    func output() async throws {
        let output = try await ChildProcess.output(
            of: "/bin/sh",
            ["-c", "cat; echo $WORD >&2; pwd; umask; exit 3"],
            input: Array("in\n".utf8),
            environment: ["WORD=out"],
            directory: "/usr"
        )
        #expect(output.status == .exited(3))
        #expect(output.stdout == Array("in\n/usr\n0022\n".utf8))
        #expect(output.stderr == Array("out\n".utf8))
    }

    @Test("a child has the descriptors it was given and no others, and a clean signal state")
    func descriptors() async throws {
        var pipe = try Pipe()
        let status = try await ChildProcess.run(
            "/bin/sh",
            ["-c", "echo /proc/self/fd/* | tr -d '\\n' >&3; grep -E 'SigBlk' /proc/self/status >&3"],
            descriptors: [pipe.writer]
        )
        pipe.closeWriter()
        #expect(status == .exited(0))
        let line = String(decoding: try await pipe.line(timeout: .seconds(5)), as: UTF8.self)
        let expected = "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3"
        #expect(line.hasPrefix(expected))
        #expect(line.hasSuffix("SigBlk:\t0000000000000000"))
    }

    @Test("a program that does not exist is an error of the call")
    func missing() async {
        await #expect(throws: Errno(ENOENT, "start /nope")) { try await ChildProcess.run("/nope", []) }
    }

    @Test("a program that takes too long is killed")
    func timeout() async {
        await #expect(throws: Errno(ETIMEDOUT, "/bin/sleep")) {
            try await ChildProcess.run("/bin/sleep", ["60"], timeout: .milliseconds(50))
        }
    }

    @Test("a signal is told from an exit code")
    func signalled() async throws {
        #expect(try await ChildProcess.run("/bin/sh", ["-c", "kill -9 $$"]) == .signalled(SIGKILL))
    }

    @Test("a cancelled task still waits for its program")
    func cancellation() async throws {
        let status = await withTaskGroup(of: ChildStatus?.self) { group in
            group.addTask { try? await ChildProcess.run("/bin/sh", ["-c", "sleep 0.1; exit 5"]) }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(status == .exited(5))
    }

    @Test("a process is itself, and not another one of the same number")
    func identity() throws {
        let own = try #require(ProcessIdentity.current(getpid()))
        #expect(own.isAlive)
        var other = own
        other.startTime += 1
        #expect(!other.isAlive)
        other = own
        other.bootID = "another boot"
        #expect(!other.isAlive)
        #expect(ProcessIdentity.current(Int32.max) == nil)
    }

    @Test("the start time is found behind any name")
    func stat() {
        let rest = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20"
        for name in ["sh", "a b", ") S (", "x) 1"] {
            #expect(ProcessIdentity.startTime(inStat: "7 (\(name)) \(rest)") == 4242)
            #expect(ProcessIdentity.state(inStat: "7 (\(name)) \(rest)") == "S")
        }
        #expect(ProcessIdentity.startTime(inStat: "") == nil)
        #expect(ProcessIdentity.startTime(inStat: "7 (x) S 1 2") == nil)
    }

    @Test("a line of a pipe, its end, and its silence")
    func lines() async throws {
        var pipe = try Pipe()
        #expect(unsafe write(pipe.writer, "one\ntwo", 7) == 7)
        #expect(try await pipe.line(timeout: .seconds(5)) == Array("one".utf8))
        #expect(unsafe write(pipe.writer, "rest", 4) == 4)
        pipe.closeWriter()
        #expect(try await pipe.line(timeout: .seconds(5)) == Array("rest".utf8))
        let silent = try Pipe()
        do throws(Errno) {
            _ = try await silent.line(timeout: .milliseconds(20))
            Issue.record("silence is no line")
        } catch {
            #expect(error.code == ETIMEDOUT)
        }
    }
}
