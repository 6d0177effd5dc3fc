import MartletModels

/// What a pass leaves alone so that all else can go on.
extension ConvergenceLoop {
    /// Counts what was set aside, and tells of what is new among it: once an hour at most, whatever the passes find.
    ///
    /// - Parameter faults: which instance or task each concerns, and what is wrong with it.
    func setAside(_ faults: [String], _ record: inout CycleRecord) {
        guard !faults.isEmpty else { return }
        record.seen.setAside += faults.count
        let news = faults.filter { toldFaults[$0] == nil }
        toldFaults.note(news, at: clock.now)
        record.add(faults: news)
    }
}
