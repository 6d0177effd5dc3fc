import MartletHTTP
import MartletLog
import MartletModels
import MartletStore

extension CloudController {
    func listApps(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        _ = try Query(request, known: [])
        let now = configuration.now()
        let (records, actual) = try await answering { () throws(StoreError) in
            try await store.read { (snapshot) throws(StoreError) in
                let records = try snapshot.apps()
                guard !records.isEmpty else { return (records, [ActualLRP]()) }
                return (records, try snapshot.actualLRPs(ActualLRPFilter(processGUIDs: records.map(\.processGUID))))
            }
        }
        let instances = Dictionary(grouping: actual, by: \.key.processGUID)
        var apps: [AppResource] = []
        for record in records {
            let definition = try JSONBody.stored(AppDefinition.self, record.definition)
            apps.append(AppResource(record, definition, instances[record.processGUID] ?? [], at: now))
        }
        return try JSONBody.response(.ok, AppList(apps: apps))
    }

    func getApp(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        try await answer(.ok, appNamed: Self.appName(request))
    }

    func scaleApp(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let name = Self.appName(request)
        let scale = try JSONBody.decoded(ScaleRequest.self, request, keys: ScaleRequest.CodingKeys.self)
        try scale.validate()
        var record = try await record(named: name)
        var definition = try JSONBody.stored(AppDefinition.self, record.definition)
        definition.request.instances = scale.instances
        record.definition = try JSONBody.bytes(definition)
        record.updatedAt = configuration.now()
        let changed = record
        let work = try await answering { () throws(StoreError) in
            try await store.write { (transaction) throws(StoreError) in
                try transaction.replace(changed, scaledTo: scale.instances)
            }
        }
        await follower.follow(work)
        log(.info, "app scaled", ["app": name, "instances": String(scale.instances)])
        return try await answer(.ok, appNamed: name)
    }

    func deleteApp(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let name = Self.appName(request)
        let work = try await answering { () throws(StoreError) in
            try await store.write { (transaction) throws(StoreError) in try transaction.removeApp(named: name) }
        }
        guard let work else { throw .notFound("App") }
        await follower.follow(work)
        log(.info, "app deleted", ["app": name])
        return HTTPResponse(.noContent)
    }

    /// The app as it is now.
    func answer(_ status: HTTPStatus, appNamed name: String) async throws(APIError) -> HTTPResponse {
        let record = try await record(named: name)
        let actual = try await answering { () throws(StoreError) in
            try await store.actualLRPs(ActualLRPFilter(processGUIDs: [record.processGUID]))
        }
        let definition = try JSONBody.stored(AppDefinition.self, record.definition)
        return try JSONBody.response(status, AppResource(record, definition, actual, at: configuration.now()))
    }

    private func record(named name: String) async throws(APIError) -> AppRecord {
        let record = try await answering { () throws(StoreError) in
            try await store.read { (snapshot) throws(StoreError) in try snapshot.app(named: name) }
        }
        guard let record else { throw .notFound("App") }
        return record
    }

    private static func appName(_ request: HTTPRequest) -> String { request.parameters["name"] ?? "" }
}
