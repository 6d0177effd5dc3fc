import MartletBBSAPI
import MartletModels
import MartletProtobuf
import MartletTestSupport
import Testing

@Suite("Messages from strangers")
struct FuzzTests {
    @Test("random bytes are a message or a typed error for every route", arguments: UInt64(0)..<20)
    func randomBytes(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for route in AnyRoute.all {
            for _ in 0..<20 {
                let count = Int.random(in: 0...80, using: &generator)
                let bytes = (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
                _ = try? route.recodeRequest(bytes)
                _ = try? route.recodeResponse(bytes)
            }
        }
    }

    @Test("recorded messages with changed, missing and added bytes never crash a decoder", arguments: UInt64(0)..<20)
    func mutations(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for fixture in Fixture.requests + Fixture.responses + Fixture.refusals {
            guard let route = AnyRoute.at(fixture.path) else { continue }
            let bytes = mutated(fixture.bytes, using: &generator)
            _ = try? route.recodeRequest(bytes)
            _ = try? route.recodeResponse(bytes)
        }
        for fixture in Fixture.events {
            _ = try? InstanceEvent.decode(name: fixture.event ?? "", mutated(fixture.bytes, using: &generator))
        }
        for fixture in Fixture.taskEvents {
            _ = try? TaskEvent.decode(name: fixture.event ?? "", mutated(fixture.bytes, using: &generator))
        }
    }

    private func mutated(_ bytes: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0...3, using: &generator) {
            case 0: bytes[place] = .random(in: 0 ... .max, using: &generator)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(.random(in: 0 ... .max, using: &generator), at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }
}
