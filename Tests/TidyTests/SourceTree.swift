import MartletLinux

/// The repository as text: what the tidy tests read.
struct SourceTree {
    /// The folder that holds `Package.swift`.
    let root: String

    init(file: String = #filePath) {
        root = file.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/\($1)" }
    }

    struct File {
        /// Below the root, for example `Sources/MartletModels/GUID.swift`.
        let path: String
        let lines: [Substring]

        /// The second folder: the target.
        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

        /// The modules it imports, without the access level.
        var imports: [String] {
            lines.compactMap { line in
                let words = line.split(separator: " ")
                guard let at = words.firstIndex(of: "import"), at <= 2, at + 1 < words.count else { return nil }
                guard
                    words[..<at].allSatisfy({ ["public", "package", "internal", "private", "@testable"].contains($0) })
                else { return nil }
                return String(words[words.count - 1])
            }
        }
    }

    /// Every Swift file below `folder`, sorted by path.
    func swiftFiles(below folder: String) throws -> [File] {
        try paths(below: folder).filter { $0.hasSuffix(".swift") }.map { path in
            let text = try Files.readText("\(root)/\(path)")
            return File(path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    /// Every file below `folder`, as paths below the root.
    func paths(below folder: String) throws -> [String] {
        try Files.list("\(root)/\(folder)").flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            guard let inside = try? Files.list("\(root)/\(path)") else { return [path] }
            return inside.isEmpty ? [] : try paths(below: path)
        }
    }
}
