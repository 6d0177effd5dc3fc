import MartletHTTP
import MartletModels
import Testing

@testable import MartletRegistry

@Suite("Blobs")
struct RegistryBlobTests {
    private static let image = FakeImage()
    private static let size = image.layer.count

    private func isLayer(_ request: SeenRequest) -> Bool {
        request.url.hasSuffix(Digest(of: Self.image.layer).description)
    }

    private func cut(_ request: SeenRequest, after count: Int, stalled: Bool = false) -> Scripted {
        let whole = Self.image.answer(request)
        guard case .whole(let bytes) = whole.body else { return whole }
        var answer = whole
        let part = Array(bytes.prefix(count))
        answer.body = stalled ? .stalled(part) : .cut(part)
        return answer
    }

    @Test("are resumed where the connection broke or went silent", arguments: [false, true])
    func resume(stalled: Bool) async throws {
        let rig = try Rig(image: Self.image) { request, earlier in
            isLayer(request) && earlier == 0 ? cut(request, after: 90_000, stalled: stalled) : nil
        }
        #expect(try await rig.pull() == rig.image.layer)
        let ranges = await rig.network.requests.filter(isLayer).map { $0.headers["Range"] }
        #expect(ranges == [nil, "bytes=90000-"])
        #expect(await rig.time.waits == [.seconds(1)])
    }

    @Test("are resumed also when the server just ends early")
    func endsEarly() async throws {
        let rig = try Rig(image: Self.image) { request, earlier in
            isLayer(request) && earlier == 0 ? Scripted(body: .whole(Array(Self.image.layer[..<5]))) : nil
        }
        #expect(try await rig.pull() == rig.image.layer)
    }

    @Test("are complete when the connection breaks after the last byte")
    func breaksAtTheEnd() async throws {
        let rig = try Rig(image: Self.image) { request, _ in isLayer(request) ? cut(request, after: Self.size) : nil }
        #expect(try await rig.pull() == rig.image.layer)
        #expect(await rig.network.requests.count(where: isLayer) == 1)
    }

    @Test("are taken from the start when the server ignores the range, and only once handed over")
    func rangeIgnored() async throws {
        let rig = try Rig(image: Self.image) { request, earlier in
            guard isLayer(request) else { return nil }
            return earlier == 0 ? cut(request, after: 90_000) : Scripted(body: .whole(Self.image.layer))
        }
        #expect(try await rig.pull() == rig.image.layer)
    }

    @Test("that differ the second time are refused")
    func rangeIgnoredWithOtherBytes() async throws {
        let rig = try Rig(image: Self.image) { request, earlier in
            guard isLayer(request) else { return nil }
            var other = Self.image.layer
            other[17] ^= 1
            return earlier == 0 ? cut(request, after: 90_000) : Scripted(body: .whole(other))
        }
        #expect(await rig.pullFailure()?.kind == .corrupt)
    }

    @Test("are asked for whole when the server cannot satisfy the range")
    func notSatisfiable() async throws {
        let rig = try Rig(image: Self.image) { request, earlier in
            guard isLayer(request) else { return nil }
            if earlier == 0 { return cut(request, after: 90_000) }
            return request.headers["Range"] == nil ? nil : .status(416, ["Content-Range": "bytes */\(Self.size)"])
        }
        #expect(try await rig.pull() == rig.image.layer)
        #expect(await rig.network.requests.count(where: isLayer) == 3)
    }

    @Test(
        "resumed at another place are refused",
        arguments: ["bytes 90001-299999/300000", "bytes 90000-299998/300000", "bytes 90000-299999/300001", "junk", nil]
    )
    func shifted(range: String?) async throws {
        let rig = try Rig(image: Self.image) { request, earlier in
            guard isLayer(request) else { return nil }
            guard earlier > 0 else { return cut(request, after: 90_000) }
            var headers = HTTPHeaders()
            headers["Content-Range"] = range
            return Scripted(status: 206, headers: headers, body: .whole(Array(Self.image.layer[90_000...])))
        }
        #expect(await rig.pullFailure()?.kind == .corrupt)
    }

    @Test("that vanish while being resumed are not found")
    func vanished() async throws {
        let rig = try Rig(image: Self.image) { request, earlier in
            guard isLayer(request) else { return nil }
            return earlier == 0 ? cut(request, after: 90_000) : .status(404)
        }
        #expect(await rig.pullFailure()?.kind == .notFound)
    }

    @Test("that break again and again without progress are given up")
    func hopeless() async throws {
        let rig = try Rig(image: Self.image) { request, _ in isLayer(request) ? cut(request, after: 20_000) : nil }
        let failure = await rig.pullFailure()
        #expect(failure?.kind == .temporary)
        #expect(failure?.description.contains("keeps breaking") == true)
        #expect(await rig.network.requests.count(where: isLayer) == 2)
    }

    @Test("that break with progress in between are carried on")
    func slowButSure() async throws {
        let image = FakeImage(layerSize: 5 << 20)
        let rig = try Rig(image: image) { request, _ in
            guard request.url.hasSuffix(Digest(of: image.layer).description) else { return nil }
            var answer = image.answer(request)
            guard case .whole(let bytes) = answer.body, bytes.count > 1 << 20 else { return nil }
            answer.body = .cut(Array(bytes.prefix(1 << 20)))
            return answer
        }
        #expect(try await rig.pull() == image.layer)
        #expect(await rig.time.waits.count == 4)
    }

    @Test(
        "of another size are refused, by their header before anything is read",
        arguments: [(-1, true), (1, true), (1, false)]
    )
    func wrongSize(difference: Int, isStated: Bool) async throws {
        let rig = try Rig(image: Self.image) { request, _ in
            guard isLayer(request) else { return nil }
            let bytes = Array((Self.image.layer + [0]).prefix(Self.size + difference))
            return Scripted(headers: isStated ? ["Content-Length": "\(bytes.count)"] : [:], body: .whole(bytes))
        }
        let failure = await rig.pullFailure()
        #expect(failure?.kind == .corrupt)
        #expect(
            failure?.description.contains("layer size is different from the value in the manifest; expected: 300000")
                == true
        )
    }

    @Test("with other bytes are refused when they are complete")
    func wrongBytes() async throws {
        let rig = try Rig(image: Self.image) { request, _ in
            guard isLayer(request) else { return nil }
            var other = Self.image.layer
            other[200_000] ^= 1
            return Scripted(body: .whole(other))
        }
        let failure = await rig.pullFailure()
        #expect(failure?.kind == .digestMismatch)
        #expect(failure?.description.contains("layerID digest mismatch; expected: sha256:") == true)
        #expect(await rig.network.requests.count(where: isLayer) == 1)
    }

    @Test("stop when their reader has enough, with the reader's own error")
    func readerStops() async throws {
        struct Full: Error, Equatable {}
        let rig = try Rig(image: Self.image)
        let layer = try await rig.resolve().manifest.layers[0]
        var count = 0
        var caught: BlobError<Full>?
        do throws(BlobError<Full>) {
            try await rig.client.blob(layer, of: rig.reference) { (bytes) throws(Full) in
                count += bytes.count
                if count > 25_000 { throw Full() }
            }
        } catch {
            caught = error
        }
        #expect(caught == .consumer(Full()))
        #expect(count == 30_000)
    }
}
