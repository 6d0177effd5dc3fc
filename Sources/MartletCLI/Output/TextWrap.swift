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
}
