import MartletLinux
import Testing

/// The planted bugs of the mutation test (`deploy/scripts/mutants`).
@Suite("Mutants")
struct MutantTests {
    let tree = SourceTree()

    private var paths: [String] {
        get throws { try tree.paths(below: "Tests/Mutants").filter { $0.hasSuffix(".mutant") }.sorted() }
    }

    @Test("there are enough of them")
    func count() throws { #expect(try paths.count >= 12) }

    @Test("the old text of each occurs exactly once in its file, and the new one is another")
    func fits() throws {
        for path in try paths {
            let lines = try Files.readText("\(tree.root)/\(path)")
                .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let file = try #require(lines.first { $0.hasPrefix("file: ") }, "\(path) names a file").dropFirst(6)
            let (old, new) = (part("old", of: lines), part("new", of: lines))
            let text = try Files.readText("\(tree.root)/\(file)")
            #expect(text.ranges(of: old).count == 1, "\(path)")
            #expect(old != new, "\(path)")
            #expect(
                lines.contains { $0.hasPrefix("what: ") } && lines.contains { $0.hasPrefix("caught-by: ") },
                "\(path)"
            )
        }
    }

    private func part(_ name: String, of lines: [String]) -> String {
        let after = lines.drop { $0 != "=== \(name)" }.dropFirst()
        return after.prefix { !$0.hasPrefix("=== ") }.joined(separator: "\n")
    }
}
