public import MartletModels

extension Explanation {
    /// For people: the state of the whole, then every instance that does not run, first blocker first.
    ///
    /// - Parameter now: next tries are told as time from then.
    public func text(at now: Timestamp) -> String {
        var lines = ["\(subject): \(running) of \(desired) instances running"]
        lines += remarks.map { "  \($0)" }
        for instance in instances {
            lines.append("  \(instance.processGUID)/\(instance.index) is \(instance.state)\(instance.place)")
            for finding in instance.findings { lines += finding.lines(at: now).map { "    \($0)" } }
        }
        return lines.joined(separator: "\n")
    }
}

extension InstanceExplanation {
    fileprivate var place: String { cell.map { " on \($0)" } ?? "" }
}

extension Finding {
    fileprivate func lines(at now: Timestamp) -> [String] {
        var lines = ["\(stage.rawValue): \(text)"]
        lines += evidence.map { "  - \($0)" }
        if let nextTryNanoseconds {
            let left = now.duration(to: Timestamp(nanoseconds: nextTryNanoseconds))
            lines.append(left > .zero ? "  next try in \(left.components.seconds) s" : "  next try with the next pass")
        }
        if let remedy { lines.append("  to change it: \(remedy)") }
        return lines
    }
}
