import Glibc
import MartletLinux
import MartletLog
import MartletRegistry

/// A root file system that is an archive of this machine: unpacked once into the store, for each state of the file.
struct LocalLayer: Sendable {
    let path: String
    let store: LayerStore
    let flights: Flights
    let limits: LayerLimits
    let log: Log

    private static let origin = LayerOrigin(domain: "", path: "preloaded", credentials: nil)

    /// - Returns: the chain id that it has in the store.
    func ensure(_ status: FileStatus) async throws(ImageError) -> RootFSBase {
        let chainID = chainID(status)
        let lease = await store.lease([chainID])
        while !(await store.contents.contains(chainID)) {
            if Task.isCancelled { throw .cancelled }
            if flights.claim([chainID]).isEmpty {
                switch await flights.wait(for: chainID) {
                case .open: continue
                case .failed(let error, _): throw error
                case .cancelled: throw .cancelled
                }
            }
            let result = await outcome { () async throws(ImageError) in try await unpackUnlessThere(chainID) }
            flights.land(chainID, landing(result))
            try result.get()
        }
        return RootFSBase(content: .layers([chainID]), lease: lease)
    }

    private func landing(_ result: Result<Void, ImageError>) -> Flights.Landing {
        switch result {
        case .failure(let error) where error.kind != .cancelled: .failed(error, from: Self.origin)
        case .failure, .success: .open
        }
    }

    /// A file that changes gets another name in the store; the old one is collected some time.
    private func chainID(_ status: FileStatus) -> ChainID {
        let nanoseconds = "\(status.modified.seconds)" + Self.padded(status.modified.nanoseconds)
        return ChainID(Digest(of: Array("\(path)-\(nanoseconds)".utf8)))
    }

    private static func padded(_ nanoseconds: Int) -> String {
        let digits = "\(nanoseconds)"
        return String(repeating: "0", count: 9 - digits.count) + digits
    }

    private func unpackUnlessThere(_ chainID: ChainID) async throws(ImageError) {
        if await store.contents.contains(chainID) { return }
        let archive = try LocalArchive(path)
        try await store.unpack(as: chainID, parent: nil) { staging in
            LayerJob(bytes: archive, diffID: nil, staging: staging, parents: [], limits: limits, log: log)
        }
    }
}
