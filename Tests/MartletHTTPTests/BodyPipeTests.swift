import Testing

@testable import MartletHTTP

@Suite("Body pipe", .timeLimit(.minutes(1)))
struct BodyPipeTests {
    private func offer(_ pipe: BodyPipe, _ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { unsafe pipe.offer($0) }
    }

    @Test("refuses while too much waits, and says when to try again")
    func backPressure() async throws {
        let pipe = BodyPipe(limit: 4)
        #expect(offer(pipe, [1, 2, 3]))
        #expect(offer(pipe, [4, 5, 6]))
        #expect(!offer(pipe, [7]))
        #expect(try await pipe.next() == ([1, 2, 3], false))
        #expect(try await pipe.next() == ([4, 5, 6], true))
        #expect(offer(pipe, [7]))
        pipe.finish(nil)
        #expect(try await pipe.next() == ([7], false))
        #expect(try await pipe.next() == (nil, false))
    }

    @Test("what came before a failure is still delivered")
    func failure() async throws {
        let pipe = BodyPipe(limit: 4)
        #expect(offer(pipe, [1]))
        pipe.finish(.interrupted("gone"))
        pipe.finish(nil)
        #expect(try await pipe.next() == ([1], false))
        await #expect(throws: HTTPTransportError.interrupted("gone")) { try await pipe.next() }
    }

    @Test("a waiting consumer is woken by bytes and by the end")
    func wakes() async throws {
        let pipe = BodyPipe(limit: 4)
        async let first = pipe.next()
        #expect(offer(pipe, [9]))
        #expect(try await first == ([9], false))
        async let end = pipe.next()
        pipe.finish(nil)
        #expect(try await end == (nil, false))
    }
}

private func == (left: (bytes: [UInt8]?, shouldResume: Bool), right: ([UInt8]?, Bool)) -> Bool {
    left.bytes == right.0 && left.shouldResume == right.1
}
