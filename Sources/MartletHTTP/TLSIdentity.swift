import Glibc

/// Whom a client trusts and what it presents, read from disk once.
struct TLSIdentity: Sendable {
    /// The authorities' PEM texts, one after the other; empty for the system's alone.
    let authorities: [UInt8]
    let trustsSystemCAs: Bool
    let verifyPeer: Bool
    let clientCertificate: String?
    let clientKey: String?
    /// Why this identity cannot be used.
    let problem: String?

    init(_ configuration: HTTPClient.Configuration) {
        trustsSystemCAs = configuration.trustsSystemCAs
        verifyPeer = configuration.verifyPeer
        clientCertificate = configuration.clientCertificate
        clientKey = configuration.clientKey
        var bytes: [UInt8] = []
        var problem: String?
        for path in configuration.caFiles {
            if let text = Self.read(path) {
                bytes += text + [0x0A]
            } else {
                problem = "The CA file \(path) cannot be read."
            }
        }
        authorities = bytes
        self.problem = problem
    }

    /// The content of a file of at most 16 MiB.
    private static func read(_ path: String) -> [UInt8]? {
        guard let file = unsafe fopen(path, "re") else { return nil }
        defer { unsafe fclose(file) }
        var bytes = [UInt8]()
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= 16 << 20 {
            let count = unsafe fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return unsafe ferror(file) == 0 ? bytes : nil }
            bytes += chunk[..<count]
        }
        return nil
    }
}
