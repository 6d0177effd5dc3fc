public import MartletHTTP
import MartletProtobuf

/// An event as a subscriber receives it.
public struct ReceivedEvent: Hashable, Sendable {
    /// What `Last-Event-ID` wants to hear to go on behind this event. Martlet's are numbers from 1 without gaps.
    public var id: String
    public var traceID: String
    public var event: InstanceEvent

    public init(id: String, traceID: String = "", event: InstanceEvent) {
        (self.id, self.traceID, self.event) = (id, traceID, event)
    }
}

extension InstanceEvent {
    /// The frame of this event: its message in base64 on one line (section 1.8.2).
    public func serverSentEvent(id: String, traceID: String = "") -> ServerSentEvent {
        ServerSentEvent(id: id, event: name, data: Base64.encode(encoded(traceID: traceID)))
    }
}

extension ReceivedEvent {
    /// - Returns: `nil` for an event type that this version does not know.
    init?(_ frame: ServerSentEvent) throws(BBSClientError) {
        guard let bytes = Base64.decode(frame.data) else { throw .undecodable("\(frame.event): not base64") }
        do {
            guard let decoded = try InstanceEvent.decode(name: frame.event, bytes) else { return nil }
            self.init(id: frame.id ?? "", traceID: decoded.traceID, event: decoded.event)
        } catch {
            throw .undecodable("\(frame.event): \(error)")
        }
    }
}
