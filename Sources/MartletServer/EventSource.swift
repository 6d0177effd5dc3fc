import MartletModels
import MartletStore

/// Events of the store for a reader who says where it left off.
struct EventSource: Sendable {
    let store: Store
    /// Events that a reader may be behind before it is dropped.
    let bufferLimit: Int
    /// Events that are read at once from the table.
    var pageSize = 500

    /// Every event with a number above `number`, from the table first and then as it is committed, without gap or
    /// double. What the table has forgotten is missing; ends when the reader falls behind.
    ///
    /// - Parameter number: `nil`, or one that is not given out yet, for events from now on.
    func events(after number: Int64?) async -> AsyncStream<NumberedEvent> {
        // The subscription comes first, so that what is committed while the table is read is in its buffer.
        let subscription = await store.subscribe(bufferLimit: bufferLimit)
        guard let number, number < subscription.lastNumber else { return subscription.events }
        let replay = EventReplay(store: store, pageSize: pageSize, after: number, then: subscription)
        return AsyncStream { await replay.next() }
    }
}

/// One reader's way through the table, and on into its subscription.
private actor EventReplay {
    private let store: Store
    private let pageSize: Int
    private let subscription: EventSubscription
    private var page: ArraySlice<NumberedEvent> = []
    /// The number of the last event that was handed over, or passed over.
    private var position: Int64

    init(store: Store, pageSize: Int, after number: Int64, then subscription: EventSubscription) {
        (self.store, self.pageSize, self.subscription) = (store, pageSize, subscription)
        position = max(0, number)
    }

    /// `nil` ends the stream: the subscription has ended, or the table could not be read and the reader comes again.
    func next() async -> NumberedEvent? {
        while position < subscription.lastNumber {
            if let event = page.popFirst() {
                position = event.number
                return event
            }
            guard let read = try? await store.events(after: position, limit: pageSize) else { return nil }
            // What is newer comes from the subscription.
            page = read.prefix { $0.number <= subscription.lastNumber }
            if page.isEmpty { position = subscription.lastNumber }
        }
        // All iterators of a stream take from the same storage.
        var iterator = subscription.events.makeAsyncIterator()
        return await iterator.next()
    }
}
