import CCurl
import CMartletShims
import Glibc

/// Who is told what a transfer brings; every call comes from the loop's thread, `ended` exactly once and last.
protocol TransferReceiver: AnyObject, Sendable {
    func began(_ head: AnswerHead)
    func received(_ bytes: UnsafeRawBufferPointer) -> TransferVerdict
    func ended(_ failure: HTTPTransportError?)
}

/// What becomes of a piece of body.
enum TransferVerdict: Hashable, Sendable {
    case taken
    /// Not taken; it comes again after the transfer is resumed.
    case pause
    /// Nothing more is wanted: the transfer ends with this error.
    case refuse(HTTPTransportError)
}

/// One request on its way, in one libcurl easy handle.
///
/// `@unchecked Sendable`: made by the caller, then handed to the loop, after which only the loop's thread touches it.
@safe final class CurlTransfer: @unchecked Sendable {
    let easy: CurlEasy
    let peer: String
    private let receiver: any TransferReceiver
    private var head = AnswerHead()
    private var refusal: HTTPTransportError?
    /// Cancelled before it was started, or while it ran.
    var isCancelled = false

    init(_ plan: TransferPlan, identity: TLSIdentity, receiver: any TransferReceiver) throws(HTTPTransportError) {
        if let problem = identity.problem { throw .cannotConnect(problem) }
        easy = try CurlEasy()
        peer = plan.peer
        self.receiver = receiver
        try easy.apply(plan)
        try easy.apply(identity)
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        try unsafe easy.set(CURLOPT_HEADERDATA, pointer: context)
        try unsafe easy.set(CURLOPT_WRITEDATA, pointer: context)
        try unsafe easy.set(CURLOPT_HEADERFUNCTION) { unsafe CurlTransfer.of($3).readHead($0, count: $1 * $2) }
        try unsafe easy.set(CURLOPT_WRITEFUNCTION) { unsafe CurlTransfer.of($3).readBody($0, count: $1 * $2) }
    }

    /// Tells the receiver how it ended. `code` is the CURLcode.
    func end(_ code: CURLcode) {
        if isCancelled {
            receiver.ended(.interrupted("The request to \(peer) was cancelled."))
        } else if let refusal {
            receiver.ended(refusal)
        } else {
            receiver.ended(code == CURLE_OK ? nil : easy.failure(code, peer: peer))
        }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransfer {
        guard let context = unsafe context else { preconditionFailure("libcurl lost a transfer's context") }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    private func readHead(_ start: UnsafeMutablePointer<CChar>?, count: Int) -> Int {
        guard !head.isComplete else { return count }  // Trailers.
        unsafe head.read(UnsafeRawBufferPointer(start: start, count: count))
        if head.isComplete { receiver.began(head) }
        return count
    }

    private func readBody(_ start: UnsafeMutablePointer<CChar>?, count: Int) -> Int {
        switch unsafe receiver.received(UnsafeRawBufferPointer(start: start, count: count)) {
        case .taken: return count
        case .pause: return Int(CURL_WRITEFUNC_PAUSE)
        case .refuse(let error):
            refusal = error
            return count == 0 ? 1 : 0  // Any count but the given one ends the transfer.
        }
    }
}
