/// Status and headers of an answer, read line by line as libcurl hands them over.
struct AnswerHead: Hashable, Sendable {
    var status: HTTPStatus = 0
    var headers = HTTPHeaders()
    /// The blank line after the final status has come; what follows are trailers.
    private(set) var isComplete = false

    init() {}

    /// Takes one line, with its line end. An interim answer (1xx) is dropped when the next status line comes.
    mutating func read(_ line: some Collection<UInt8>) {
        guard !isComplete else { return }
        let text = line.reversed().drop { $0 == 0x0A || $0 == 0x0D }.reversed()
        if text.isEmpty {
            isComplete = status.rawValue >= 200
        } else if text.starts(with: "HTTP/".utf8) {
            status = HTTPStatus(rawValue: Self.code(Array(text)))
            headers = HTTPHeaders()
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            headers.add(Self.trimmed(text[..<colon]), Self.trimmed(text[text.index(after: colon)...]))
        }
    }

    /// `HTTP/1.1 200 OK`: the number after the first space; 0 when there is none.
    private static func code(_ line: [UInt8]) -> Int {
        guard let space = line.firstIndex(of: 0x20) else { return 0 }
        let digits = line[(space + 1)...].prefix { (0x30...0x39).contains($0) }.prefix(3)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func trimmed(_ bytes: some BidirectionalCollection<UInt8>) -> String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let leading = bytes.drop(while: isBlank)
        return String(decoding: leading.reversed().drop(while: isBlank).reversed(), as: UTF8.self)
    }
}
