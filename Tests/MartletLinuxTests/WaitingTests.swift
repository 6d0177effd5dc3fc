import Glibc
import MartletLinux
import Testing

@Suite("Waiting", .timeLimit(.minutes(1)))
struct WaitingTests {
    @Test("a value reaches those who wait before and after it is set, and only the first counts")
    func signalled() async {
        let event = Signalled<Int>()
        #expect(event.current == nil)
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { await event.value } }
            event.set(7)
            event.set(8)
            for await value in group { #expect(value == 7) }
        }
        #expect(await event.value == 7)
    }

    @Test("a wake-up that nobody waited for ends the next wait")
    func wakeup() async {
        let wakeup = Wakeup()
        wakeup.wake()
        wakeup.wake()
        await wakeup.wait()
        async let waiting: Void = wakeup.wait()
        wakeup.wake()
        await waiting
    }

    @Test("a cancelled wait ends")
    func cancelled() async {
        let wakeup = Wakeup()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await wakeup.wait() }
            group.cancelAll()
        }
    }

    @Test("readiness comes with data, not with time, and a cancelled wait ends")
    func readiness() async throws {
        let pipe = try Pipe()
        #expect(await !Readiness.wait(pipe.reader.rawValue, for: .reading, timeout: .milliseconds(10)))
        #expect(await Readiness.wait(pipe.writer, for: .writing, timeout: nil))
        #expect(unsafe write(pipe.writer, "x", 1) == 1)
        #expect(await Readiness.wait(pipe.reader.rawValue, for: .reading, timeout: .seconds(30)))
        let silent = try Pipe()
        let descriptor = silent.reader.rawValue
        let ready = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await Readiness.wait(descriptor, for: .reading, timeout: nil) }
            group.cancelAll()
            return await group.next() ?? true
        }
        #expect(!ready)
    }

    @Test("a change in a directory is noticed")
    func directory() async throws {
        let path = "/tmp/martlet-watch-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeDirectories(path)
        defer { try? FileTree.remove(path) }
        let wakeup = Wakeup()
        let watch = try DirectoryWatch(path) { wakeup.wake() }
        try Files.replace("\(path)/file", with: [1])
        await wakeup.wait()
        withExtendedLifetime(watch) {}
    }
}
