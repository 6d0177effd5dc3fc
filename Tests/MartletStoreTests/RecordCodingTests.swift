import MartletModels
import Testing

@testable import MartletStore

@Suite("Stored bytes")
struct RecordCodingTests {
    @Test(
        "a flag comes back as it went in",
        arguments: [
            FeatureFlag(name: .diegoDocker, enabled: false), FeatureFlag(name: .diegoCNB, enabled: true),
            FeatureFlag(name: .diegoDocker, enabled: true, customErrorMessage: "", updatedAt: .epoch),
            FeatureFlag(name: .appScaling, enabled: true, customErrorMessage: "ä", updatedAt: .distantFuture),
        ]
    )
    func featureFlag(flag: FeatureFlag) throws {
        #expect(try RecordCoding.featureFlag(RecordCoding.bytes(flag)) == flag)
    }

    @Test("a domain comes back as it went in", arguments: [Timestamp.epoch, .distantFuture])
    func domain(expiresAt: Timestamp) throws {
        let domain = Domain(name: DomainName("d"), expiresAt: expiresAt)
        #expect(try RecordCoding.domain(RecordCoding.bytes(domain)) == domain)
    }

    @Test("two numbers come back as they went in", arguments: [(0, 0), (3, 0), (0, 5), (1_000_000, .max)])
    func counts(first: Int, second: Int) throws {
        #expect(try RecordCoding.counts(RecordCoding.bytes(counts: first, second)) == (first, second))
    }

    @Test("a damaged row is an error that says what it is, and never a crash")
    func damaged() {
        let whole = RecordCoding.bytes(FeatureFlag(name: .diegoDocker, enabled: true, customErrorMessage: "text"))
        for length in 0..<whole.count {
            for bit in 0..<8 {
                var bytes = Array(whole.prefix(length + 1))
                bytes[length] ^= 1 << UInt8(bit)
                for read in [Self.readFlag, Self.readDomain, Self.readLRP, Self.readCounts] {
                    if let error = read(bytes) { #expect(error.needsOperator) }
                }
            }
        }
    }

    private static func readFlag(_ bytes: [UInt8]) -> StoreError? {
        do throws(StoreError) { _ = try RecordCoding.featureFlag(bytes) } catch { return error }
        return nil
    }

    private static func readDomain(_ bytes: [UInt8]) -> StoreError? {
        do throws(StoreError) { _ = try RecordCoding.domain(bytes) } catch { return error }
        return nil
    }

    private static func readCounts(_ bytes: [UInt8]) -> StoreError? {
        do throws(StoreError) { _ = try RecordCoding.counts(bytes) } catch { return error }
        return nil
    }

    private static func readLRP(_ bytes: [UInt8]) -> StoreError? {
        do throws(StoreError) { _ = try RecordCoding.actualLRP(bytes) } catch { return error }
        return nil
    }
}
