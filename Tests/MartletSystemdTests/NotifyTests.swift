import Glibc
import MartletTestSupport
import Testing

@testable import MartletSystemd

/// Environment variables belong to a whole process, so each test has one of its own.
@Suite("Notify", .timeLimit(.minutes(1)))
struct NotifyTests {
    @Test("sends systemd one datagram a call, and lets no text smuggle an assignment")
    func sends() async {
        await #expect(processExitsWith: .success) {
            let path = "/tmp/martlet-notify-\(getpid())"
            let socket = try NotifySocket(path)
            defer { unsafe unlink(path) }
            unsafe setenv("NOTIFY_SOCKET", path, 1)
            let notify = Notify()
            precondition(notify.watchdogInterval == nil)
            notify.ready("serving")
            precondition(socket.receive() == "READY=1\nSTATUS=serving")
            notify.status("a\nSTOPPING=1")
            precondition(socket.receive() == "STATUS=a STOPPING=1")
            notify.watchdog()
            precondition(socket.receive() == "WATCHDOG=1")
            notify.stopping()
            precondition(socket.receive() == "STOPPING=1")
        }
    }

    @Test("knows the interval of the watchdog")
    func watchdog() async {
        await #expect(processExitsWith: .success) {
            unsafe setenv("WATCHDOG_USEC", "30000000", 1)
            unsafe setenv("WATCHDOG_PID", "\(getpid())", 1)
            precondition(Notify().watchdogInterval == .seconds(30))
            unsafe setenv("WATCHDOG_PID", "1", 1)
            precondition(Notify().watchdogInterval == nil)
        }
    }

    @Test("without systemd nothing happens")
    func silent() async {
        await #expect(processExitsWith: .success) {
            unsafe unsetenv("NOTIFY_SOCKET")
            Notify().ready()
            Notify().stopping()
        }
    }
}

/// The receiving end, as systemd has it.
private struct NotifySocket {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let descriptor = descriptor
        let code = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) }
        }
        precondition(code == 0, "bind \(path) failed with errno \(errno)")
    }

    func receive() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
