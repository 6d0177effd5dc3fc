/// One line of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)).
public struct MountInfo: Hashable, Sendable {
    /// The directory of the mounted file system that appears at `mountPoint`.
    public var root: String
    public var mountPoint: String
    public var type: String
    public var source: String
    public var superOptions: [String]

    /// Nil for a line that is not of this format.
    public init?(_ line: some StringProtocol) {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        // Optional fields, of which there may be none, end at a single hyphen.
        guard fields.count >= 10, let hyphen = fields[6...].firstIndex(of: "-"), fields.count > hyphen + 3 else {
            return nil
        }
        root = Self.unescaped(fields[3])
        mountPoint = Self.unescaped(fields[4])
        type = String(fields[hyphen + 1])
        source = Self.unescaped(fields[hyphen + 2])
        superOptions = fields[hyphen + 3].split(separator: ",").map { String($0) }
    }

    /// All mounts that this process sees, in order of mounting.
    public static func current() throws(Errno) -> [MountInfo] {
        try Files.readText("/proc/self/mountinfo").split(separator: "\n").compactMap { MountInfo($0) }
    }

    /// The kernel writes space, tab, line feed and backslash as `\` and three octal digits.
    private static func unescaped(_ text: some StringProtocol) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            guard byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (48...55).contains($0) }) else {
                result.append(byte)
                continue
            }
            result.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 48) }))
            rest = rest.dropFirst(3)
        }
        return String(decoding: result, as: UTF8.self)
    }
}
