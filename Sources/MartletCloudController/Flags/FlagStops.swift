import MartletCrypto
import MartletModels
import MartletStore

/// Everything that clearing `diego_docker` would stop, in a form that can be compared.
struct FlagStops: Sendable {
    let isEnabled: Bool
    let token: FlagPlanToken
    /// Has crashed and waits to be started again, which the flag prevents.
    let waiting: Int
    /// One number for each instance and task, equal for equal ones within this process.
    let keys: Set<Int>

    init(_ snapshot: StoreSnapshot) throws(StoreError) {
        isEnabled = try snapshot.featureFlag(.diegoDocker).enabled
        var hash = RunningHash(.sha256)
        hash.update(Array((isEnabled ? "enabled\n" : "disabled\n").utf8))
        var (keys, waiting) = (Set<Int>(), 0)
        try snapshot.forEachDockerKey { processGUID, index, isHeld in
            hash.update(Array("\(processGUID)/\(index)\n".utf8))
            var key = Hasher()
            key.combine(processGUID)
            key.combine(index)
            keys.insert(key.finalize())
            if !isHeld { waiting += 1 }
        }
        hash.update(Array("tasks\n".utf8))
        for task in try snapshot.runningDockerTasks() {
            hash.update(Array("\(task.guid)\n".utf8))
            var key = Hasher()
            key.combine("task")
            key.combine(task.guid)
            keys.insert(key.finalize())
        }
        let digest = String(Hex.encode(hash.digest()).prefix(FlagPlanToken.digits))
        self.waiting = waiting
        self.keys = keys
        token = FlagPlanToken(event: try snapshot.lastEventNumber(), count: keys.count, digest: digest)
    }

    /// Whether a token was given for the same.
    func match(_ other: FlagPlanToken) -> Bool { token.digest == other.digest }
}
