internal import MartletCrypto
internal import MartletHTTP

extension RegistrySession {
    /// A manifest or an index, checked against the digest that names it.
    struct Manifest: Sendable {
        var digest: Digest
        var byteCount: Int
        var document: ManifestDocument
    }

    /// Fetches what a tag or a digest names. What was damaged or cut on its way is given a second try.
    func manifest(_ target: String) async throws(RegistryError) -> Manifest {
        var problem = RegistryError.temporary(host, "it cuts the manifest short")
        for _ in 0..<2 {
            do throws(RegistryError) {
                if let manifest = try await manifestOnce(target) { return manifest }
            } catch {
                guard error.kind == .digestMismatch else { throw error }
                problem = error
            }
        }
        throw problem
    }

    /// Fetches a small blob whole. A wrong digest is given a second try.
    func smallBlob(_ descriptor: ImageDescriptor) async throws(RegistryError) -> [UInt8] {
        do throws(RegistryError) { return try await smallBlobOnce(descriptor) } catch {
            guard error.kind == .digestMismatch else { throw error }
        }
        return try await smallBlobOnce(descriptor)
    }

    private func smallBlobOnce(_ descriptor: ImageDescriptor) async throws(RegistryError) -> [UInt8] {
        precondition(descriptor.size <= limits.documentBytes, "not small: \(descriptor.size)")
        var bytes: [UInt8] = []
        do throws(BlobError<Never>) {
            try await download(descriptor) { (piece) throws(Never) in bytes += piece }
        } catch {
            switch error {
            case .registry(let error): throw error
            }
        }
        return bytes
    }

    /// - Returns: `nil` when the connection broke within the body.
    private func manifestOnce(_ target: String) async throws(RegistryError) -> Manifest? {
        var headers = HTTPHeaders()
        for type in MediaType.manifests { headers.add("Accept", type) }
        let answer = try await get("manifests/\(target)", headers: headers)
        guard answer.status == .ok else { throw await failure(answer, "the manifest \(target)") }
        guard let body = try await manifestBody(answer) else { return nil }
        let document = try ManifestDocument(body, contentType: answer.headers["Content-Type"], limits: limits)
        let digest = try digest(of: body, target: target, header: answer.headers["Docker-Content-Digest"])
        return Manifest(digest: digest, byteCount: body.count, document: document)
    }

    private func manifestBody(_ answer: Exchange.Answer) async throws(RegistryError) -> [UInt8]? {
        let body: [UInt8]?
        do throws(BodyReader.Failure<Never>) {
            body = try await BodyReader.collect(answer.body, timing, limit: limits.documentBytes)
        } catch {
            switch error {
            case .broken: return nil
            case .cancelled: throw .cancelled
            }
        }
        guard let body else { throw .corrupt("its manifest is larger than \(limits.documentBytes) bytes") }
        let length = answer.headers["Content-Length"].flatMap { Int($0) }
        return length.map { $0 > body.count } ?? false ? nil : body
    }

    /// The digest of a manifest's bytes, after checking it against what was asked for, else against what was said.
    private func digest(of body: [UInt8], target: String, header: String?) throws(RegistryError) -> Digest {
        let asked = Digest(target)
        let said = header.flatMap { Digest($0) }
        guard asked != nil || header == nil || said != nil else {
            throw .corrupt("the registry names its manifest with a malformed digest")
        }
        let expected = asked ?? said
        let actual = Digest(expected?.algorithm ?? .sha256, of: body)
        guard let expected, expected != actual else { return actual }
        throw .mismatch("manifest", expected: expected, actual: actual)
    }
}
