public import MartletModels

extension Explanation {
    private static let width = 80
    /// Groups of instances that are told, and facts of each finding; of a large app there may be thousands.
    private static let groupLimit = 20
    fileprivate static let factLimit = 10

    /// For people, at most 80 columns wide: the state of the whole, then the instances, those alike in one go, first
    /// blocker first.
    ///
    /// - Parameter now: next tries are told as time from then.
    public func text(at now: Timestamp) -> String {
        var lines = [title]
        for remark in remarks { lines += Self.wrapped(remark, indent: "  ") }
        let groups = groups(at: now)
        for group in groups.prefix(Self.groupLimit) {
            lines += Self.wrapped(Self.headline(group), indent: "  ")
            for finding in group[group.startIndex].findings { lines += finding.lines(at: now) }
        }
        let left = groups.dropFirst(Self.groupLimit).reduce(0) { $0 + $1.count }
        if left > 0 { lines.append("  and \(left) more \(left == 1 ? "instance" : "instances"); --json tells of each") }
        return lines.joined(separator: "\n")
    }

    /// Of a task, and of what has no instances, only the remarks tell.
    private var title: String {
        guard desired > 0, !instances.isEmpty else { return "\(subject):" }
        return "\(subject): \(running) of \(desired) \(desired == 1 ? "instance" : "instances") running"
    }

    /// Neighbours of which the same is to be said.
    private func groups(at now: Timestamp) -> [ArraySlice<InstanceExplanation>] {
        var groups: [ArraySlice<InstanceExplanation>] = []
        var start = instances.startIndex
        for index in instances.indices.dropFirst() where !instances[index].isLike(instances[start], at: now) {
            groups.append(instances[start..<index])
            start = index
        }
        return instances.isEmpty ? [] : groups + [instances[start...]]
    }

    private static func headline(_ group: ArraySlice<InstanceExplanation>) -> String {
        guard let first = group.first, let last = group.last else { return "" }
        let names =
            switch group.count {
            case 1: "\(first.name) is"
            case 2: "\(first.name) and \(last.name) are"
            default: "\(first.name) to \(last.name), \(group.count) instances, are"
            }
        let cells = Set(group.compactMap(\.cell)).sorted()
        let place = cells.count > 3 ? "\(cells.count) cells" : list(cells)
        return "\(names) \(first.state)" + (cells.isEmpty ? "" : " on \(place)")
    }

    /// For example `a, b and c`.
    private static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    /// Words in lines; one that is longer than a line stays whole. Digests are shortened.
    static func wrapped(_ text: String, indent: String, hanging: String? = nil) -> [String] {
        var lines: [String] = []
        var line = indent
        var isEmpty = true
        for word in shortDigests(in: text).split(separator: " ") {
            if !isEmpty && line.count + 1 + word.count > width {
                lines.append(line)
                (line, isEmpty) = (hanging ?? indent, true)
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }
}

extension InstanceExplanation {
    fileprivate func isLike(_ other: InstanceExplanation, at now: Timestamp) -> Bool {
        // Those that are well are alike wherever they are.
        (state, processGUID) == (other.state, other.processGUID) && (cell == other.cell || findings.isEmpty)
            && findings.map { $0.lines(at: now) } == other.findings.map { $0.lines(at: now) }
    }
}

extension Finding {
    fileprivate func lines(at now: Timestamp) -> [String] {
        var lines = Explanation.wrapped("\(stage.rawValue): \(text)", indent: "    ", hanging: "      ")
        for fact in evidence.prefix(Explanation.factLimit) {
            lines += Explanation.wrapped("- \(fact)", indent: "      ", hanging: "        ")
        }
        let more = evidence.count - Explanation.factLimit
        if more > 0 { lines.append("      - and \(more) more; --json tells all") }
        if let nextTryNanoseconds {
            let left = now.duration(to: Timestamp(nanoseconds: nextTryNanoseconds))
            let time =
                if left <= .zero { "with the next pass" } else if left < .seconds(1) { "within a second" } else {
                    "in \(left.components.seconds) s"
                }
            lines.append("      next try \(time)")
        }
        if let remedy {
            lines += Explanation.wrapped("to change it: \(remedy)", indent: "      ", hanging: "        ")
        }
        return lines
    }
}
