/// Finds what somebody probably meant.
public enum NearestName {
    /// The candidate with the fewest typing errors, if there are few: a third of the letters, or two.
    /// Of equals the first.
    public static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        // Two letters in the wrong order count as two.
        let limit = max(name.count < 4 ? 1 : 2, name.count / 3)
        let scored = candidates.map { (name: $0, errors: distance(Array(name), Array($0))) }
        guard let best = scored.min(by: { $0.errors < $1.errors }), best.errors <= limit else { return nil }
        return best.name
    }

    /// Letters to insert, delete or replace (Levenshtein), row by row.
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var previous = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var row = [i + 1]
            for (j, other) in right.enumerated() {
                row.append(min(previous[j + 1] + 1, row[j] + 1, previous[j] + (letter == other ? 0 : 1)))
            }
            previous = row
        }
        return previous[right.count]
    }
}
