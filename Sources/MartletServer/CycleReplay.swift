import MartletHTTP
import MartletStore

/// One reader's way through the table of passes, and on into those that end from now on; as event frames.
actor CycleReplay {
    private static let pageSize = 100

    private let store: Store
    private let live: AsyncStream<CycleRecord>
    private var page: ArraySlice<(number: Int64, record: [UInt8])> = []
    /// The number of the last record that was handed over.
    private var position: Int64
    private var isInTable: Bool

    /// - Parameter number: what the reader has seen; `nil` for passes from now on.
    init(store: Store, after number: Int64?, then live: AsyncStream<CycleRecord>) {
        (self.store, self.live) = (store, live)
        position = number ?? 0
        isInTable = number != nil
    }

    /// `nil` ends the stream: the server stops, or the table could not be read and the reader comes again.
    func next() async -> [UInt8]? {
        while isInTable {
            if let cycle = page.popFirst() { return frame(cycle.number, cycle.record) }
            let after = position
            let read = try? await store.read { (snapshot) throws(StoreError) in
                try snapshot.cycles(after: after, limit: Self.pageSize)
            }
            guard let read else { return nil }
            page = read[...]
            isInTable = !read.isEmpty
        }
        // All iterators of a stream take from the same storage.
        var iterator = live.makeAsyncIterator()
        while let record = await iterator.next() {
            guard record.number > position, let bytes = OperatorJSON.bytes(record) else { continue }
            return frame(record.number, bytes)
        }
        return nil
    }

    private func frame(_ number: Int64, _ record: [UInt8]) -> [UInt8] {
        position = number
        return ServerSentEvent(id: "\(number)", event: "cycle", data: String(decoding: record, as: UTF8.self)).encoded
    }
}
