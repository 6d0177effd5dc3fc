/// Why a blob was not read to its end.
public enum BlobError<ConsumerError: Error>: Error {
    /// It could not be fetched, or is not what its descriptor says.
    case registry(RegistryError)
    /// Whoever took the bytes did not want more of them.
    case consumer(ConsumerError)
}

extension BlobError: Equatable where ConsumerError: Equatable {}
