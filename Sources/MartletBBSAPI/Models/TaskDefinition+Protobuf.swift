public import MartletModels
public import MartletProtobuf

extension TaskDefinition: ProtobufMessage {
    /// Fields that cells of ours do not act on (egress rules, cached dependencies, image layers …) go to
    /// `unknownFields`.
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(rootFS: RootFS(""), action: nil)
        var action = ProtobufSubmessage()
        while let field = try reader.nextField() {
            if field.number == 3 {
                try action.add(field)
            } else if try !readIdentity(field), try !readResources(field) {
                field.keep(in: &unknownFields.bytes)
            }
        }
        self.action = try action.decoded()
    }

    private mutating func readIdentity(_ field: ProtobufField) throws(ProtobufError) -> Bool {
        switch field.number {
        case 1: rootFS = RootFS(try field.string)
        case 2: environment.append(try field.message())
        case 8: logSource = try field.string
        case 9: logGUID = try field.string
        case 10: metricsGUID = try field.string
        case 11: resultFile = try field.string
        case 12: completionCallbackURL = try field.string
        case 13: annotation = try field.text
        case 20: placementTags.append(try field.string)
        case 23: imageCredentials.username = try field.string
        case 24: imageCredentials.password = try field.string
        case 27:
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
        case 4: diskMB = Int(try field.int32)
        case 5: memoryMB = Int(try field.int32)
        case 6: cpuWeight = try field.uint32
        case 7: privileged = try field.bool
        case 18: volumeMounts.append(try field.message())
        case 21: maxPIDs = Int(try field.int32)
        default: return false
        }
        return true
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.string(1, rootFS.url)
        writer.messages(2, environment)
        writer.message(3, action)
        writer.int32(4, Int32(clamping: diskMB))
        writer.int32(5, Int32(clamping: memoryMB))
        writer.uint32(6, cpuWeight)
        writer.bool(7, privileged)
        writer.string(8, logSource)
        writer.string(9, logGUID)
        writer.string(10, metricsGUID)
        writer.string(11, resultFile)
        writer.string(12, completionCallbackURL)
        writer.string(13, annotation)
        writer.messages(18, volumeMounts)
        writer.strings(20, placementTags)
        writer.int32(21, Int32(clamping: maxPIDs))
        writer.string(23, imageCredentials.username)
        writer.string(24, imageCredentials.password)
        writer.messageMap(27, metricTags)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }
}
