/// One rtnetlink request as bytes (rtnetlink(7)): a header, a fixed part and attributes, in host byte order.
struct NetlinkMessage: Hashable, Sendable {
    private(set) var bytes: [UInt8]

    /// What the kernel calls `RTM_…` and `NLM_F_…`; only those used here.
    enum Kind: UInt16 {
        case newLink = 16
        case deleteLink = 17
        case newAddress = 20
        case newRoute = 24
    }

    /// REQUEST and ACK always; CREATE and EXCL for what must not exist yet.
    init(_ kind: Kind, create: Bool = false) {
        bytes = []
        append(UInt32(0))
        append(kind.rawValue)
        append(UInt16(create ? 0x605 : 0x005))
        append(UInt32(0))
        append(UInt32(0))
    }

    /// `struct ifinfomsg`.
    mutating func appendLink(index: Int32, flags: UInt32 = 0, change: UInt32 = 0) {
        append(UInt32(0))
        append(UInt32(bitPattern: index))
        append(flags)
        append(change)
    }

    mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        unsafe withUnsafeBytes(of: number) { bytes += unsafe Array($0) }
    }

    mutating func attribute(_ type: UInt16, _ value: [UInt8]) {
        append(UInt16(4 + value.count))
        append(type)
        bytes += value
        pad()
    }

    mutating func attribute(_ type: UInt16, _ number: UInt32) {
        append(UInt16(8))
        append(type)
        append(number)
    }

    /// With the terminating zero that names need.
    mutating func attribute(_ type: UInt16, name: String) {
        attribute(type, Array(name.utf8) + [0])
    }

    /// An attribute whose value is what `body` appends; its length is set afterwards.
    mutating func nested(_ type: UInt16, _ body: (inout NetlinkMessage) -> Void) {
        let start = bytes.count
        append(UInt16(0))
        append(type)
        body(&self)
        set(UInt16(bytes.count - start), at: start)
        pad()
    }

    /// The message with its total length and its number in the batch.
    func finished(sequence: UInt32) -> [UInt8] {
        var message = self
        message.set(UInt32(bytes.count), at: 0)
        message.set(sequence, at: 8)
        return message.bytes
    }

    private mutating func set<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        unsafe withUnsafeBytes(of: number) { value in
            bytes.replaceSubrange(offset..<offset + value.count, with: unsafe Array(value))
        }
    }

    private mutating func pad() {
        while bytes.count % 4 != 0 { bytes.append(0) }
    }
}
