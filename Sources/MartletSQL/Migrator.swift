/// Brings a database to the newest schema, one step after the other.
public struct Migrator: Sendable {
    /// One step; the steps of a schema have the versions 1, 2, 3 ….
    public typealias Step = (version: Int32, name: String, sql: String)

    private let applicationID: Int32
    private let steps: [Step]

    /// - Parameter applicationID: tells one schema of ours from another, and from strangers' files.
    public init(applicationID: Int32, steps: [Step]) {
        precondition(steps.map(\.version) == Array(1...Int32(steps.count)), "steps are numbered from 1 without gaps")
        self.applicationID = applicationID
        self.steps = steps
    }

    /// Applies what is missing, each step in a transaction of its own.
    public func migrate(_ connection: Connection) throws(MigrationError) {
        let found = try Self.reading(connection, "user_version")
        let identity = try Self.reading(connection, "application_id")
        let newest = Int32(steps.count)
        guard found <= newest else { throw .newerSchema(found: found, known: newest) }
        guard identity == applicationID || (found == 0 && identity == 0) else {
            throw .foreign(applicationID: identity)
        }
        for step in steps.dropFirst(Int(found)) { try apply(step, to: connection) }
    }

    private func apply(_ step: Step, to connection: Connection) throws(MigrationError) {
        do throws(SQLError) {
            try connection.transaction { () throws(SQLError) in
                try connection.execute(step.sql)
                try connection.execute("PRAGMA application_id=\(applicationID); PRAGMA user_version=\(step.version)")
            }
        } catch { throw .failed(step: step.name, error) }
    }

    private static func reading(_ connection: Connection, _ pragma: String) throws(MigrationError) -> Int32 {
        do throws(SQLError) {
            let value = try connection.first("PRAGMA \(pragma)") { (row) throws(SQLError) in try row.int64(0) }
            return Int32(truncatingIfNeeded: value ?? 0)
        } catch { throw .failed(step: "reading \(pragma)", error) }
    }
}

/// Why a database cannot be used.
public enum MigrationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Written by a newer version of the program; older ones must not touch it.
    case newerSchema(found: Int32, known: Int32)
    /// A file of another program, or another of ours.
    case foreign(applicationID: Int32)
    case failed(step: String, SQLError)

    public var description: String {
        switch self {
        case .newerSchema(let found, let known):
            "the database has schema \(found) and this version knows up to \(known); use the newer version"
        case .foreign(let id): "the file is not a database of this kind (application id \(id))"
        case .failed(let step, let error): "schema step \(step): \(error)"
        }
    }
}
