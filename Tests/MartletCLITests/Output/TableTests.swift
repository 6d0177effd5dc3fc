@testable import MartletCLI
import Testing

@Suite("Table")
struct TableTests {
    private let plain = Style(isTerminal: false, environment: [:])

    @Test("columns are as wide as their widest cell, numbers to the right, no blanks at line ends")
    func widths() {
        var table = Table([.init(title: "NAME"), .init(title: "N", isNumber: true), .init(title: "STATE")])
        table.rows = [["web", "10", "RUNNING"], ["longer", "2", "-"]]
        #expect(table.text(plain) == "NAME     N  STATE\nweb     10  RUNNING\nlonger   2  -\n")
    }

    @Test("what may give way is cut until the table has 80 columns")
    func shrinks() {
        var table = Table([.init(title: "A", shrinksTo: 10), .init(title: "B"), .init(title: "C", shrinksTo: 20)])
        let long = Table.Cell(String(repeating: "x", count: 60))
        table.rows = [[long, Table.Cell(String(repeating: "b", count: 20)), long]]
        let lines = table.text(plain).split(separator: "\n")
        #expect(lines[1].count == 80)
        #expect(lines[1].contains("…"))
        #expect(lines[1].contains(String(repeating: "b", count: 20)))
    }

    @Test("colours do not count as width, and are for terminals without NO_COLOR only")
    func colours() {
        var table = Table([.init(title: "S"), .init(title: "T")])
        table.rows = [[Table.Cell("ok", .green), "x"]]
        #expect(table.text(plain) == "S   T\nok  x\n")
        let coloured = table.text(Style(isTerminal: true, environment: [:]))
        #expect(coloured.contains("\u{1B}[32mok\u{1B}[0m  x\n"))
        #expect(table.text(Style(isTerminal: true, environment: ["NO_COLOR": "1"])) == "S   T\nok  x\n")
        #expect(table.text(Style(isTerminal: true, environment: ["TERM": "dumb"])) == "S   T\nok  x\n")
    }
}
