/// Rows under headings, at most 80 columns wide.
struct Table: Hashable, Sendable {
    struct Cell: Hashable, Sendable, ExpressibleByStringLiteral {
        var text: String
        var colour: Style.Colour?

        init(_ text: String, _ colour: Style.Colour? = nil) { (self.text, self.colour) = (text, colour) }
        init(stringLiteral value: String) { self.init(value) }
    }

    struct Column: Hashable, Sendable {
        var title: String
        var isNumber = false
        /// Narrowest width when there is not enough room; `nil` keeps the column whole.
        var shrinksTo: Int?
    }

    static let width = 80
    private static let gap = "  "

    var columns: [Column]
    var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Lines with their ends. What does not fit is cut, with `…` in its place.
    func text(_ style: Style) -> String {
        let widths = fittedWidths()
        let head = columns.map { Cell($0.title, .faint) }
        return ([head] + rows).map { line($0, widths, style) + "\n" }.joined()
    }

    private func fittedWidths() -> [Int] {
        var widths = columns.indices.map { index in
            ([columns[index].title] + rows.map { $0[index].text }).map(\.count).max() ?? 0
        }
        var excess = widths.reduce(0, +) + Self.gap.count * max(0, widths.count - 1) - Self.width
        while excess > 0 {
            // The widest column that may still give way gives way first.
            let candidates = columns.indices.filter { widths[$0] > (columns[$0].shrinksTo ?? .max) }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ style: Style) -> String {
        let padded = zip(zip(cells, columns), widths).map { pair, width in
            let (cell, column) = pair
            let text = cell.text.count > width ? String(cell.text.prefix(max(0, width - 1))) + "…" : cell.text
            let padding = String(repeating: " ", count: width - text.count)
            let painted = style.paint(text, cell.colour)
            return column.isNumber ? padding + painted : painted + padding
        }
        let joined = padded.joined(separator: Self.gap)
        return String(joined.reversed().drop { $0 == " " }.reversed())
    }
}
