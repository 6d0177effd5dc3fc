import MartletModels
import MartletStore

/// Who held Docker instances when the flag was turned off, told from what happened afterwards. It grows with the
/// instances that were held then, not with the events that it is told.
struct HolderHistory: Sendable {
    struct Holder: Hashable, Sendable {
        let key: ActualLRPKey
        let instance: ActualLRPInstanceKey
        var goneAt: Timestamp?
        /// Set when the history is told.
        var goneAfterSeconds: Double?
    }

    private var docker: Set<ProcessGUID>
    /// What happens behind this event is not the flag's doing any more.
    private let end: Int64
    private var held: [ActualLRPInstanceKey: Holder] = [:]
    /// Came only after the change, for example because it was claimed at that moment.
    private var newcomers: Set<ActualLRPInstanceKey> = []

    /// - Parameters:
    ///   - docker: what the flag governs, or did until it was removed.
    ///   - end: the event that set the flag again.
    init(docker: Set<ProcessGUID>, end: Int64? = nil) {
        self.docker = docker
        self.end = end ?? .max
    }

    mutating func note(_ change: HolderChange) {
        guard change.before != change.after, docker.contains(change.key.processGUID) else { return }
        if let instance = change.before, hold(change.key, instance), held[instance]?.goneAt == nil, change.number < end
        {
            held[instance]?.goneAt = change.at
        }
        guard let instance = change.after else { return }
        if held[instance] == nil {
            newcomers.insert(instance)
        } else {
            // The same instance under another presence.
            held[instance]?.goneAt = nil
        }
    }

    /// An instance that is held now.
    mutating func noteNow(_ holder: DockerHolder) {
        docker.insert(holder.key.processGUID)
        _ = hold(holder.key, holder.instance)
    }

    /// By process guid, index and instance guid.
    ///
    /// - Parameter start: when the flag was turned off.
    func holders(since start: Timestamp) -> [Holder] {
        held.values.map { holder in
            var holder = holder
            holder.goneAfterSeconds = holder.goneAt.map { StopTimes.seconds(from: start, to: $0) }
            return holder
        }.sorted {
            ($0.key.processGUID, $0.key.index, $0.instance.instanceGUID.rawValue) < (
                $1.key.processGUID, $1.key.index, $1.instance.instanceGUID.rawValue
            )
        }
    }

    /// Whether it was held when the flag changed.
    private mutating func hold(_ key: ActualLRPKey, _ instance: ActualLRPInstanceKey) -> Bool {
        guard docker.contains(key.processGUID), !newcomers.contains(instance) else { return false }
        if held[instance] == nil { held[instance] = Holder(key: key, instance: instance) }
        return true
    }
}
