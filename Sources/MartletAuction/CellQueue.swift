/// Cells of one zone that fit one demand, the best on top: a binary heap whose scores may be out of date.
///
/// A cell only gets fuller, so a score that is out of date is too good, never too bad: the top is looked at again
/// before it is believed, and then nothing below it can be better.
struct CellQueue: Sendable {
    struct Entry: Comparable, Sendable {
        var score: Score
        var cell: Int32

        /// Ties go to the smaller cell id, which is the earlier position.
        static func < (left: Entry, right: Entry) -> Bool { (left.score, left.cell) < (right.score, right.cell) }
    }

    private(set) var entries: [Entry]

    init(_ entries: [Entry]) {
        self.entries = entries
        for position in (0..<(entries.count / 2)).reversed() { sink(from: position) }
    }

    var top: Entry? { entries.first }
    var count: Int { entries.count }

    mutating func removeTop() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        sink(from: 0)
    }

    /// - Parameter entry: not better than the one it replaces.
    mutating func replaceTop(_ entry: Entry) {
        entries[0] = entry
        sink(from: 0)
    }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var position = entries.count - 1
        while position > 0 {
            let parent = (position - 1) / 2
            guard entries[position] < entries[parent] else { return }
            entries.swapAt(position, parent)
            position = parent
        }
    }

    private mutating func sink(from start: Int) {
        var position = start
        while true {
            var best = position
            let child = 2 * position + 1
            if child < entries.count, entries[child] < entries[best] { best = child }
            if child + 1 < entries.count, entries[child + 1] < entries[best] { best = child + 1 }
            guard best != position else { return }
            entries.swapAt(position, best)
            position = best
        }
    }
}
