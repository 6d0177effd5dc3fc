public import MartletModels
import MartletProtobuf

extension MartletTask {
    /// As clients of revision 2 read it: image layers have become cached dependencies and downloads (section 5.5.6).
    public var withoutImageLayers: MartletTask {
        MartletTask(
            restoring: guid,
            domain: domain,
            definition: definition.withoutImageLayers,
            createdAt: createdAt,
            updatedAt: updatedAt,
            state: state,
            rejectionCount: rejectionCount,
            rejectionReason: rejectionReason
        )
    }
}

extension TaskDefinition {
    /// Layers that cannot be read are left as they are.
    var withoutImageLayers: TaskDefinition {
        guard let parts = try? LayeredFields(unknownFields), !parts.layers.isEmpty else { return self }
        var definition = self
        var fields = ProtobufWriter()
        for layer in parts.layers where layer.isShared { fields.bytes(15, present: layer.cachedDependency) }
        definition.unknownFields.bytes = fields.bytes + parts.others
        let downloads = parts.layers.filter(\.isExclusive).map { $0.download(as: parts.user) }
        guard !downloads.isEmpty else { return definition }
        let all = Action.parallel(ActionGroup(downloads))
        definition.action = action.map { .serial(ActionGroup([all, $0])) } ?? all
        return definition
    }
}

/// The unknown fields of a task definition, its image layers apart.
private struct LayeredFields {
    var layers: [ImageLayer] = []
    /// Who fetches exclusive layers.
    var user = ""
    var others: [UInt8] = []

    init(_ fields: UnknownFields) throws(ProtobufError) {
        var reader = try ProtobufReader(fields.bytes, limits: ProtobufLimits(bytes: .max))
        while let field = try reader.nextField() {
            if field.number == 25 {
                layers.append(try field.message())
            } else {
                if field.number == 16 { user = try field.text }
                field.keep(in: &others)
            }
        }
    }
}
