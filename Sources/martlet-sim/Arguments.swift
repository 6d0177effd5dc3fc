/// The command line, parsed.
struct Arguments {
    enum Mode {
        case one(UInt64)
        case many(ClosedRange<UInt64>)
    }

    var mode = Mode.many(1...300)
    var jobs = 2
    var traces = false
    var shrinks = false
    /// Steps that are kept; `nil` keeps all.
    var only: Set<Int>?
    var variation: UInt64 = 0
    var stopsAtFirst = false

    static let help = """
        martlet-sim: the whole control plane in a simulated world, from a seed

        usage: martlet-sim [--seeds A..B] [--jobs N] [--first]
               martlet-sim --seed N [--trace] [--shrink] [--only 3,7,9] [--variation V]

          --seeds A..B    runs these seeds; 1..300 without it
          --jobs N        so many worlds at a time (2)
          --first         ends at the first seed that fails
          --seed N        runs one seed, exactly as any other run of it
          --trace         prints everything that happened
          --shrink        leaves out steps of a failing seed for as long as it fails in the same way
          --only 3,7,9    keeps only the steps of these numbers
          --variation V   another order of things for the same steps (0)
          --help          prints this

        Exit status: 0 when every invariant held, 1 when one did not, 2 for a wrong command line.
        """

    struct Wrong: Error {
        var text: String
    }

    /// - Returns: `nil` when help was asked for.
    static func parse(_ words: [String]) throws(Wrong) -> Arguments? {
        var arguments = Arguments()
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--help", "-h": return nil
            case "--trace": arguments.traces = true
            case "--shrink": arguments.shrinks = true
            case "--first": arguments.stopsAtFirst = true
            case "--seed": arguments.mode = .one(try number(rest.popFirst(), word))
            case "--seeds": arguments.mode = .many(try range(rest.popFirst(), word))
            case "--jobs": arguments.jobs = Int(clamping: max(1, try number(rest.popFirst(), word)))
            case "--variation": arguments.variation = try number(rest.popFirst(), word)
            case "--only": arguments.only = try numbers(rest.popFirst(), word)
            default: throw Wrong(text: "\(word) is not an option of martlet-sim")
            }
        }
        return arguments
    }

    private static func number(_ text: String?, _ option: String) throws(Wrong) -> UInt64 {
        guard let text, let number = UInt64(text) else { throw Wrong(text: "\(option) takes a number") }
        return number
    }

    private static func numbers(_ text: String?, _ option: String) throws(Wrong) -> Set<Int> {
        let parts = (text ?? "").split(separator: ",").map { Int($0) }
        guard !parts.isEmpty, parts.allSatisfy({ $0 != nil }) else {
            throw Wrong(text: "\(option) takes numbers of steps with commas between")
        }
        return Set(parts.compactMap(\.self))
    }

    private static func range(_ text: String?, _ option: String) throws(Wrong) -> ClosedRange<UInt64> {
        let bounds = (text ?? "").split(separator: ".").map { UInt64($0) }
        guard bounds.count == 2, let first = bounds[0], let last = bounds[1], first <= last else {
            throw Wrong(text: "\(option) takes a range such as 1..300")
        }
        return first...last
    }
}
