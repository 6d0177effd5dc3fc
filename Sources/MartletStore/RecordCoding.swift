import MartletBBSAPI
import MartletModels
import MartletProtobuf

/// The one place where stored bytes become records; what cannot be read is a damaged row.
enum RecordCoding {
    static func desiredLRP(_ bytes: [UInt8]) throws(StoreError) -> DesiredLRP { try decoded(bytes) }
    static func actualLRP(_ bytes: [UInt8]) throws(StoreError) -> ActualLRP { try decoded(bytes) }

    /// - Throws: also when the bytes are those of another instance.
    static func actualLRP(_ bytes: [UInt8], of id: InstanceID) throws(StoreError) -> ActualLRP {
        let lrp = try actualLRP(bytes)
        guard lrp.key.id == id else { throw .damaged("stored ActualLRP is that of \(lrp.key.id)") }
        return lrp
    }

    static func task(_ bytes: [UInt8]) throws(StoreError) -> MartletTask { try decoded(bytes) }
    static func cellPresence(_ bytes: [UInt8]) throws(StoreError) -> CellPresence { try decoded(bytes) }

    static func bytes(_ lrp: DesiredLRP) -> [UInt8] { lrp.encoded() }
    static func bytes(_ lrp: ActualLRP) -> [UInt8] { lrp.encoded() }
    static func bytes(_ task: MartletTask) -> [UInt8] { task.encoded() }
    static func bytes(_ presence: CellPresence) -> [UInt8] { presence.encoded() }

    private static func decoded<M: ProtobufMessage>(_ bytes: [UInt8]) throws(StoreError) -> M {
        do throws(ProtobufError) { return try M(decoding: bytes) } catch {
            throw .damaged("stored \(M.self) cannot be read: \(error)")
        }
    }

    static func featureFlag(_ bytes: [UInt8]) throws(StoreError) -> FeatureFlag {
        var name: FeatureFlagName?
        var enabled = false
        var text: String?
        var updatedAt: Timestamp?
        do throws(ProtobufError) {
            var reader = try ProtobufReader(bytes)
            while let field = try reader.nextField() {
                switch field.number {
                case 1: name = FeatureFlagName(rawValue: try field.string)
                case 2: enabled = try field.bool
                case 3: text = try field.string
                case 4: updatedAt = Timestamp(nanoseconds: try field.int64)
                default: break
                }
            }
        } catch { throw .damaged("stored feature flag cannot be read: \(error)") }
        guard let name else { throw .damaged("stored feature flag has an unknown name") }
        return FeatureFlag(name: name, enabled: enabled, customErrorMessage: text, updatedAt: updatedAt)
    }

    static func bytes(_ flag: FeatureFlag) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.string(1, flag.name.rawValue)
        writer.bool(2, flag.enabled)
        writer.string(3, present: flag.customErrorMessage)
        if let updatedAt = flag.updatedAt { writer.uint64(4, present: UInt64(bitPattern: updatedAt.nanoseconds)) }
        return writer.bytes
    }

    static func domain(_ bytes: [UInt8]) throws(StoreError) -> Domain {
        var domain = Domain(name: DomainName(""), expiresAt: .epoch)
        do throws(ProtobufError) {
            var reader = try ProtobufReader(bytes)
            while let field = try reader.nextField() {
                switch field.number {
                case 1: domain.name = DomainName(try field.string)
                case 2: domain.expiresAt = Timestamp(nanoseconds: try field.int64)
                default: break
                }
            }
        } catch { throw .damaged("stored domain cannot be read: \(error)") }
        return domain
    }

    static func bytes(_ domain: Domain) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.string(1, domain.name.rawValue)
        writer.int64(2, domain.expiresAt.nanoseconds)
        return writer.bytes
    }

    /// Two numbers, as the events of the brake carry them.
    static func bytes(counts first: Int, _ second: Int) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.int64(1, Int64(first))
        writer.int64(2, Int64(second))
        return writer.bytes
    }

    static func counts(_ bytes: [UInt8]) throws(StoreError) -> (first: Int, second: Int) {
        var counts = (first: 0, second: 0)
        do throws(ProtobufError) {
            var reader = try ProtobufReader(bytes)
            while let field = try reader.nextField() {
                switch field.number {
                case 1: counts.first = Int(try field.int64)
                case 2: counts.second = Int(try field.int64)
                default: break
                }
            }
        } catch { throw .damaged("stored counts cannot be read: \(error)") }
        return counts
    }
}
