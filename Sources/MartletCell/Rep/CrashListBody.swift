import FoundationEssentials
import MartletModels

/// The answer of `GET /martlet/v1/crashes`: what crashed last, newest first.
struct CrashListBody: Codable {
    struct Crash: Codable {
        enum CodingKeys: String, CodingKey {
            case processGUID = "process_guid"
            case index
            case domain
            case instanceGUID = "instance_guid"
            case atNanoseconds = "at_ns"
            case cause
            case number
            case reason
            case lastOutput = "last_output"
            case memoryPeakBytes = "memory_peak_bytes"
        }

        var processGUID: String
        var index: Int
        var domain: String
        var instanceGUID: String
        var atNanoseconds: Int64
        /// `exit`, `signal`, `out_of_memory`, `health`, `start_timeout`, `creation` or `other`.
        var cause: String
        /// Exit status or signal.
        var number: Int?
        var reason: String
        var lastOutput: [String]
        var memoryPeakBytes: Int?
    }

    var crashes: [Crash]

    init(_ capsules: [CrashCapsule]) {
        crashes = capsules.map { capsule in
            Crash(
                processGUID: capsule.key.processGUID.rawValue,
                index: capsule.key.index,
                domain: capsule.key.domain.rawValue,
                instanceGUID: capsule.instance.rawValue,
                atNanoseconds: capsule.at.nanoseconds,
                cause: capsule.cause.name,
                number: capsule.cause.number,
                reason: capsule.reason,
                lastOutput: capsule.lastOutput,
                memoryPeakBytes: capsule.memoryPeak
            )
        }
    }

    var encoded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        do { return Array(try encoder.encode(self)) } catch { preconditionFailure("cannot encode crashes: \(error)") }
    }
}
