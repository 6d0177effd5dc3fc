internal import MartletHTTP

extension RegistrySession {
    /// Streams a blob, resuming where a connection broke.
    ///
    /// `consume` gets every byte once, in order. Size and digest are known to be right only when this returns.
    func download<E: Error>(
        _ descriptor: ImageDescriptor,
        consume: ([UInt8]) async throws(E) -> Void
    ) async throws(BlobError<E>) {
        let transfer = BlobTransfer(descriptor)
        var rule = ProgressRule()
        while true {
            let answer: Exchange.Answer?
            do throws(RegistryError) { answer = try await open(transfer) } catch { throw .registry(error) }
            guard let answer else { continue }
            let problem = try await read(answer, into: transfer, consume)
            do throws(RegistryError) {
                guard !transfer.isComplete else { return try transfer.verify() }
                guard rule.mayResume(at: transfer.byteCount, now: timing.now()) else {
                    throw .temporary(host, "the download of \(descriptor.digest) keeps breaking, \(problem)")
                }
                try await attempts.pause(.seconds(1) + timing.jitter())
            } catch { throw .registry(error) }
        }
    }

    /// Asks for what is missing.
    /// - Returns: `nil` when the question has to be put differently.
    private func open(_ transfer: BlobTransfer) async throws(RegistryError) -> Exchange.Answer? {
        let answer = try await get("blobs/\(transfer.descriptor.digest)", headers: transfer.headers)
        guard answer.status.isSuccess || answer.status == 416 else {
            throw await failure(answer, "the blob \(transfer.descriptor.digest)")
        }
        return try transfer.begin(answer.status, answer.headers) ? answer : nil
    }

    /// - Returns: why the body ended.
    private func read<E: Error>(
        _ answer: Exchange.Answer,
        into transfer: BlobTransfer,
        _ consume: ([UInt8]) async throws(E) -> Void
    ) async throws(BlobError<E>) -> String {
        do throws(BodyReader.Failure<BlobError<E>>) {
            try await BodyReader.read(answer.body, timing) { (bytes) throws(BlobError<E>) in
                let new: [UInt8]
                do throws(RegistryError) { new = try transfer.take(bytes) } catch { throw .registry(error) }
                guard !new.isEmpty else { return }
                do throws(E) { try await consume(new) } catch { throw .consumer(error) }
            }
            return "the last time because the connection was closed early"
        } catch {
            switch error {
            case .reader(let error): throw error
            case .cancelled: throw .registry(.cancelled)
            case .broken(let text): return "the last time because \(text)"
            }
        }
    }

    /// What an unexpected status means.
    func failure(_ answer: Exchange.Answer, _ what: String) async -> RegistryError {
        let said = await ErrorAnswer.read(answer, timing, limit: limits.answerBytes)
        switch answer.status.rawValue {
        case 401, 403: return .denied(reference)
        case 404:
            return RegistryError(
                .notFound,
                "The registry \(host.name) has no \(reference): \(what) is not there\(said.suffix); check the name."
            )
        case let status:
            return .invalidAnswer(host, "answers \(status) for \(what) of \(reference)\(said.suffix)")
        }
    }
}
