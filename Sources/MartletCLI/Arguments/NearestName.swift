/// Finds what somebody probably meant.
enum NearestName {
    /// The candidate with the fewest changed, missing or added characters, if these are few; the first of equals.
    static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, name.count / 3)
        let ranked = candidates.map { (distance: distance(name, $0), name: $0) }.filter { $0.distance <= limit }
        return ranked.min { $0.distance < $1.distance }?.name
    }

    /// Levenshtein's distance, row by row.
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = diagonal + (character == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
