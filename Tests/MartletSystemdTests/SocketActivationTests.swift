import Glibc
import Testing

@testable import MartletSystemd

@Suite("Socket activation")
struct SocketActivationTests {
    @Test("without systemd there are no sockets")
    func none() async {
        await #expect(processExitsWith: .success) {
            unsafe unsetenv("LISTEN_PID")
            precondition(SocketActivation.takeSockets().isEmpty)
        }
    }

    @Test("takes the sockets by name, and hides them from children")
    func named() async {
        await #expect(processExitsWith: .success) {
            // Descriptors begin at 3, which the test runner may use for itself: this process ends right afterwards.
            for descriptor in [Int32(3), 4] {
                let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                if raw != descriptor { dup2(raw, descriptor) }
            }
            unsafe setenv("LISTEN_PID", "\(getpid())", 1)
            unsafe setenv("LISTEN_FDS", "2", 1)
            unsafe setenv("LISTEN_FDNAMES", "bbs:api", 1)
            precondition(
                SocketActivation.takeSockets() == [
                    InheritedSocket(name: "bbs", descriptor: 3), InheritedSocket(name: "api", descriptor: 4),
                ]
            )
            precondition(fcntl(3, F_GETFD) & FD_CLOEXEC != 0)
            precondition(unsafe getenv("LISTEN_FDS") == nil)
            _exit(0)
        }
    }
}
