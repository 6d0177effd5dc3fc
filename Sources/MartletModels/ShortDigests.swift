/// Text for people: of every run of 64 hexadecimal digits the first twelve, which is enough to tell digests apart.
public func shortDigests(in text: String) -> String {
    var result = ""
    var run = ""
    func flushed() -> String { run.count == 64 ? run.prefix(12) + "…" : run }
    for character in text {
        if character.isHexDigit && character.isASCII {
            run.append(character)
        } else {
            result += flushed()
            result.append(character)
            run = ""
        }
    }
    return result + flushed()
}
