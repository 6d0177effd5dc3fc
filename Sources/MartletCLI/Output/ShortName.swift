/// Names of instances where there is little room.
enum ShortName {
    /// Long guids give way in the middle, so that the index stays.
    static func text(_ name: String, width: Int) -> String {
        guard name.count > width else { return name }
        let tail = name.lastIndex(of: "/").map { name[$0...] } ?? ""
        guard tail.count < width / 2 else { return name.prefix(width - 1) + "…" }
        return name.prefix(width - 1 - tail.count) + "…" + tail
    }
}
