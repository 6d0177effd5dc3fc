import MartletLinux
import Testing

@Suite("House rules")
struct HouseRulesTests {
    let tree = SourceTree()

    @Test("the top level holds only what a newcomer expects")
    func topLevel() throws {
        let allowed: Set = ["Package.swift", "Sources", "Tests", "Migrations", "deploy", "README.md"]
        let names = try Files.list(tree.root).filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
        #expect(Set(names).subtracting(allowed).isEmpty)
    }

    @Test("no file has more than 500 lines", arguments: ["Sources", "Tests", "Migrations"])
    func fileSize(folder: String) throws {
        for file in try tree.swiftFiles(below: folder) { #expect(file.lines.count <= 501, "\(file.path)") }
    }

    @Test("no function has more than 70 lines")
    func functionSize() throws {
        for file in try tree.swiftFiles(below: "Sources") {
            for (start, length) in functions(in: file.lines) {
                #expect(length <= 70, "\(file.path):\(start + 1) has \(length) lines")
            }
        }
    }

    @Test("only composition starts tasks that nobody awaits")
    func structuredConcurrency() throws {
        let loose = ["Task {", "Task.detached", "Task.immediate"]
        for file in try tree.swiftFiles(below: "Sources")
        where !["martlet", "MartletTestSupport"].contains(file.target) {
            for line in file.lines where !isComment(line) {
                #expect(!loose.contains { contains(word: $0, in: line) }, "\(file.path): \(line)")
            }
        }
    }

    @Test("the pure core reads no clock and draws no random number")
    func noHiddenInputs() throws {
        let hidden = [".now()", "ContinuousClock", "SuspendingClock", ".random(", "randomElement()", "clock_gettime"]
        for file in try tree.swiftFiles(below: "Sources")
        where ["MartletModels", "MartletConvergence", "MartletAuction", "MartletProtobuf"].contains(file.target) {
            for line in file.lines where !isComment(line) && !line.contains("using:") {
                #expect(!hidden.contains { line.contains($0) }, "\(file.path): \(line)")
            }
        }
    }

    @Test("nothing promises later work, and nothing outside decides to stop the process")
    func noPromises() throws {
        let promises = [
            "TO" + "DO", "FIX" + "ME", "XX" + "X:", "fatal" + "Error(", "try" + "!", "not " + "implemented",
        ]
        for file in try tree.swiftFiles(below: "Sources") + tree.swiftFiles(below: "Tests") {
            for line in file.lines { #expect(!promises.contains { line.contains($0) }, "\(file.path): \(line)") }
        }
    }

    @Test("an unchecked conformance proves itself nearby")
    func uncheckedIsProved() throws {
        for file in try tree.swiftFiles(below: "Sources") {
            for (number, line) in file.lines.enumerated() where line.contains("@unchecked Sendable") && !isComment(line)
            {
                let near = file.lines[max(0, number - 12)...min(file.lines.count - 1, number + 3)]
                #expect(near.contains { isComment($0) && $0.contains("@unchecked") }, "\(file.path):\(number + 1)")
            }
        }
    }

    @Test("the tests of a target are named after its files or a behaviour")
    func testNames() throws {
        for file in try tree.swiftFiles(below: "Tests") where file.lines.contains(where: { $0.contains("@Test") }) {
            #expect(file.path.hasSuffix("Tests.swift"), "\(file.path) holds tests but is not called …Tests.swift")
        }
    }

    private func isComment(_ line: Substring) -> Bool { line.drop { $0 == " " }.hasPrefix("//") }

    private func contains(word: String, in line: Substring) -> Bool {
        guard let at = line.firstRange(of: word) else { return false }
        guard at.lowerBound > line.startIndex else { return true }
        let before = line[line.index(before: at.lowerBound)]
        return !before.isLetter && !before.isNumber && before != "_" && before != "."
    }

    /// Start and length of every function and initialiser: from its `func` line to the brace that closes at the same
    /// indentation, which the formatter guarantees.
    private func functions(in lines: [Substring]) -> [(start: Int, length: Int)] {
        lines.enumerated().compactMap { number, line in
            let code = line.drop { $0 == " " }
            guard contains(word: "func ", in: code) || contains(word: "init(", in: code), !isComment(line) else {
                return nil
            }
            guard code.hasSuffix("{") || code.hasSuffix("(") else { return nil }
            let indentation = line.prefix { $0 == " " }
            let end = lines[(number + 1)...].firstIndex { $0 == indentation + "}" }
            return end.map { (number, $0 - number + 1) }
        }
    }
}
