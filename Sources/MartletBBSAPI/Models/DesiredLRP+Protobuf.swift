public import MartletModels
public import MartletProtobuf

extension DesiredLRP: ProtobufMessage {
    /// Fields that cells of ours do not act on (egress rules, sidecars, image layers …) go to `unknownFields`.
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(processGUID: ProcessGUID(""), domain: DomainName(""), rootFS: RootFS(""), instances: 0, action: nil)
        var parts = Parts()
        while let field = try reader.nextField() {
            guard try !readIdentity(field), try !readResources(field) else { continue }
            if try !parts.read(field) { field.keep(in: &unknownFields.bytes) }
        }
        setup = try parts.setup.decoded()
        action = try parts.action.decoded()
        monitor = try parts.monitor.decoded()
        routes = try parts.routes.decoded(as: ProtoRoutes.self)?.routes ?? [:]
        modificationTag = try parts.modificationTag.decoded() ?? modificationTag
        checkDefinition = try parts.checkDefinition.decoded()
    }

    /// Submessages that may arrive in parts.
    private struct Parts {
        var setup = ProtobufSubmessage()
        var action = ProtobufSubmessage()
        var monitor = ProtobufSubmessage()
        var routes = ProtobufSubmessage()
        var modificationTag = ProtobufSubmessage()
        var checkDefinition = ProtobufSubmessage()

        mutating func read(_ field: ProtobufField) throws(ProtobufError) -> Bool {
            switch field.number {
            case 6: try setup.add(field)
            case 7: try action.add(field)
            case 9: try monitor.add(field)
            case 15: try routes.add(field)
            case 21: try modificationTag.add(field)
            case 33: try checkDefinition.add(field)
            default: return false
            }
            return true
        }
    }

    private mutating func readIdentity(_ field: ProtobufField) throws(ProtobufError) -> Bool {
        switch field.number {
        case 1: processGUID = ProcessGUID(try field.string)
        case 2: domain = DomainName(try field.string)
        case 3: rootFS = RootFS(try field.string)
        case 5: environment.append(try field.message())
        case 16: logSource = try field.string
        case 17: logGUID = try field.string
        case 18: metricsGUID = try field.string
        case 19: annotation = try field.text
        case 28: placementTags.append(try field.string)
        case 31: imageCredentials.username = try field.string
        case 32: imageCredentials.password = try field.string
        case 35:
            let entry = try field.mapEntry(missing: MetricTagValue()) { (field) throws(ProtobufError) in
                try field.message()
            }
            metricTags[entry.key] = entry.value
        default: return false
        }
        return true
    }

    private mutating func readResources(_ field: ProtobufField) throws(ProtobufError) -> Bool {
        switch field.number {
        case 4: instances = Int(try field.int32)
        case 10: diskMB = Int(try field.int32)
        case 11: memoryMB = Int(try field.int32)
        case 12: cpuWeight = try field.uint32
        case 13: privileged = try field.bool
        case 14: try field.appendUInt32(to: &ports)
        case 25: volumeMounts.append(try field.message())
        case 27: startTimeoutMilliseconds = try field.int64
        case 29: maxPIDs = Int(try field.int32)
        default: return false
        }
        return true
    }

    /// `routes` and `modification_tag` are written even when empty: a Go rep follows the pointer without looking.
    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.string(1, processGUID.rawValue)
        writer.string(2, domain.rawValue)
        writer.string(3, rootFS.url)
        writer.int32(4, Int32(clamping: instances))
        writer.messages(5, environment)
        writer.message(6, setup)
        writer.message(7, action)
        writer.message(9, monitor)
        writer.int32(10, Int32(clamping: diskMB))
        writer.int32(11, Int32(clamping: memoryMB))
        writer.uint32(12, cpuWeight)
        writer.bool(13, privileged)
        writer.uint32s(14, ports)
        writer.message(15, ProtoRoutes(routes))
        writeLast(to: &writer)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }

    private func writeLast(to writer: inout ProtobufWriter) {
        writer.string(16, logSource)
        writer.string(17, logGUID)
        writer.string(18, metricsGUID)
        writer.string(19, annotation)
        writer.message(21, modificationTag)
        writer.messages(25, volumeMounts)
        writer.int64(27, startTimeoutMilliseconds)
        writer.strings(28, placementTags)
        writer.int32(29, Int32(clamping: maxPIDs))
        writer.string(31, imageCredentials.username)
        writer.string(32, imageCredentials.password)
        writer.message(33, checkDefinition)
        writer.messageMap(35, metricTags)
    }
}
