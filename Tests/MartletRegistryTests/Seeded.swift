/// A generator with a seed (SplitMix64), so that a property that fails can be run again.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    /// Up to `limit` characters of `alphabet`.
    mutating func text(of alphabet: String, upTo limit: Int) -> String {
        let characters = Array(alphabet)
        return String((0..<below(limit + 1)).map { _ in pick(characters) })
    }

    /// A copy of `bytes` with a few of them changed, added, doubled or taken away.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(4) where !bytes.isEmpty {
            let index = below(bytes.count)
            switch below(4) {
            case 0: bytes[index] = UInt8(truncatingIfNeeded: next())
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(pick(Array("{}[]\",:\\0- \n".utf8)), at: index)
            default: bytes.insert(contentsOf: bytes[index..<min(index + below(20), bytes.count)], at: index)
            }
        }
        return bytes
    }
}
