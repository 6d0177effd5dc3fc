import MartletModels

/// What a pass leaves alone so that all else can go on.
extension ConvergenceLoop {
    /// Counts what was set aside, and tells of what is new among it: once an hour at most, whatever the passes find.
    ///
    /// - Parameter faults: which instance or task each concerns, and what is wrong with it.
    func setAside(_ faults: [String], _ record: inout CycleRecord) {
        guard !faults.isEmpty else { return }
        record.seen.setAside += faults.count
        // The rest is told by a later pass.
        let room = max(0, CycleRecord.itemLimit - record.faults.count)
        let news = Array(faults.filter { toldFaults[$0] == nil }.prefix(room))
        toldFaults.note(news, at: clock.now)
        record.add(faults: news)
    }
}
