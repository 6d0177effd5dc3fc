import MartletModels
import MartletProtobuf

/// A layer of an image as newer clients send it; older ones know only downloads and cached dependencies
/// (section 5.5.6).
struct ImageLayer: ProtobufMessage {
    var name = ""
    var url = ""
    var destinationPath = ""
    /// 1 shared by containers, 2 for each its own.
    var layerType: Int32 = 0
    var mediaType: Int32 = 0
    /// 1 SHA-256, 2 SHA-512.
    var digestAlgorithm: Int32 = 0
    var digestValue = ""

    var isShared: Bool { layerType == 1 }
    var isExclusive: Bool { layerType == 2 }

    init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        while let field = try reader.nextField() {
            switch field.number {
            case 1: name = try field.text
            case 2: url = try field.text
            case 3: destinationPath = try field.text
            case 4: layerType = try field.int32
            case 5: mediaType = try field.int32
            case 6: digestAlgorithm = try field.int32
            case 7: digestValue = try field.text
            default: continue
            }
        }
    }

    func write(to writer: inout ProtobufWriter) {
        writer.string(1, name)
        writer.string(2, url)
        writer.string(3, destinationPath)
        writer.int32(4, layerType)
        writer.int32(5, mediaType)
        writer.int32(6, digestAlgorithm)
        writer.string(7, digestValue)
    }

    private var algorithm: String {
        switch digestAlgorithm {
        case 1: "sha256"
        case 2: "sha512"
        default: ""
        }
    }

    /// The message `CachedDependency`.
    var cachedDependency: [UInt8] {
        var writer = ProtobufWriter()
        writer.string(1, name)
        writer.string(2, url)
        writer.string(3, destinationPath)
        writer.string(4, digestValue.isEmpty ? url : "\(algorithm):\(digestValue)")
        writer.string(6, algorithm)
        writer.string(7, digestValue)
        return writer.bytes
    }

    /// As something that `user` fetches.
    func download(as user: String) -> Action {
        var writer = ProtobufWriter()
        writer.string(1, name)
        writer.string(2, url)
        writer.string(3, destinationPath)
        writer.string(4, "\(algorithm):\(digestValue)")
        writer.string(6, user)
        writer.string(7, algorithm)
        writer.string(8, digestValue)
        let message = UnknownFields(bytes: writer.bytes)
        return .download(OpaqueAction(from: url, to: destinationPath, user: user, message: message))
    }
}
