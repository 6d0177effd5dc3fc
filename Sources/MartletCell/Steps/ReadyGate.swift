import MartletLinux

/// Makes one "ready" of several: it passes on when as many have come as it waits for.
final class ReadyGate: Sendable {
    private let missing: Locked<Int>
    private let whenReady: Ready

    init(waitingFor count: Int, then whenReady: @escaping Ready) {
        missing = Locked(count)
        self.whenReady = whenReady
    }

    func pass() async {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        if isLast { await whenReady() }
    }
}
