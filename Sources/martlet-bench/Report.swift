import FoundationEssentials

/// The results of all sizes next to each other.
struct Report {
    let results: [TrialResult]

    private struct Row: Encodable {
        var size: Int
        var cells: Int
        var metric: String
        var unit: String
        var median: Double
        var worst: Double
        var rows: Int?
        /// Cost for each changed row against the first size; `nil` when it is not about rows.
        var perRowRatio: Double?
    }

    private func row(_ metric: Metric, _ result: TrialResult) -> Row {
        let first = results.first?.metrics.first { $0.name == metric.name }
        let ratio = metric.rows.flatMap { rows in
            first.flatMap { first in
                first.rows.map { metric.median / Double(rows) / (first.median / Double($0)) }
            }
        }
        return Row(
            size: result.size,
            cells: result.cells,
            metric: metric.name,
            unit: metric.unit,
            median: metric.median,
            worst: metric.samples.last ?? 0,
            rows: metric.rows,
            perRowRatio: ratio
        )
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let rows = results.flatMap { result in result.metrics.map { row($0, result) } }
        return (try? encoder.encode(rows)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    /// A Markdown table: a line for each metric, and for each size median, worst and ratio.
    var text: String {
        let names = results.first?.metrics.map { ($0.name, $0.unit) } ?? []
        let sizes = results.map { "\(Self.short($0.size)) / \($0.cells) cells" }
        var lines = ["| measured | unit | " + sizes.joined(separator: " | ") + " |"]
        lines.append("|---|---|" + sizes.map { _ in "---:|" }.joined())
        for (name, unit) in names {
            let columns = results.map { result in
                result.metrics.first { $0.name == name }.map { Self.text(row($0, result)) } ?? ""
            }
            lines.append("| \(name) | \(unit) | " + columns.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }

    private static func text(_ row: Row) -> String {
        let worst = row.worst > row.median * 1.005 ? " (worst \(short(row.worst)))" : ""
        let ratio = row.perRowRatio.map { ", per row \(short($0))" } ?? ""
        return short(row.median) + worst + ratio
    }

    static func short(_ size: Int) -> String {
        size % 1_000_000 == 0 ? "\(size / 1_000_000)M" : size % 1_000 == 0 ? "\(size / 1_000)k" : "\(size)"
    }

    /// Three digits that say something.
    private static func short(_ value: Double) -> String {
        if value >= 100 { return "\(Int(value.rounded()))" }
        let scale = value >= 10 ? 10.0 : 100
        return "\((value * scale).rounded() / scale)"
    }
}
