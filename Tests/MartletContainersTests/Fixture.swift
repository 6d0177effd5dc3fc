import MartletLinux

/// Recorded files beside the tests.
enum Fixture {
    static func text(_ name: String, _ source: StaticString = #filePath) -> String {
        let file = "\(source)"
        let directory = file[..<(file.lastIndex(of: "/") ?? file.startIndex)]
        return (try? Files.readText("\(directory)/Fixtures/\(name)")) ?? "no fixture \(name)"
    }
}
