/// Breaks text into lines for people.
enum TextWrap {
    /// Words of `text` in lines of at most `width` characters, each behind `indent`; a longer word stays whole.
    static func lines(_ text: String, width: Int = 80, indent: String = "") -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty && indent.count + line.count + 1 + word.count > width {
                lines.append(indent + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(indent + line) }
        return lines
    }

    /// As `lines`, but a longer word is cut: never wider than `width`.
    static func broken(_ text: String, width: Int) -> [String] {
        lines(text, width: width).flatMap { line -> [String] in
            var (rest, pieces) = (line[...], [String]())
            while rest.count > width {
                pieces.append(String(rest.prefix(width)))
                rest = rest.dropFirst(width)
            }
            return pieces + [String(rest)]
        }
    }
}
