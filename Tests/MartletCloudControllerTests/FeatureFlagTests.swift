import MartletHTTP
import MartletModels
import MartletStore
import Testing

@testable import MartletCloudController

@Suite("Feature flag API")
struct FeatureFlagTests {
    private let unchanged =
        #"{"custom_error_message":null,"enabled":false,"links":{"self":{"href":"#
        + #""http://api.test/v3/feature_flags/diego_docker"}},"name":"diego_docker","updated_at":null}"#

    @Test("a flag that was never changed has no date")
    func get() async throws {
        let (status, body) = try await TestAPI().send(.get, "/v3/feature_flags/diego_docker")
        #expect(status == .ok)
        #expect(body == unchanged)
    }

    @Test("a change is answered with the flag as it is now")
    func patch() async throws {
        let api = try TestAPI()
        let (status, body) = try await api.send(.patch, "/v3/feature_flags/diego_docker", #"{"enabled":true}"#)
        let expected = unchanged.replacing("false", with: "true").replacing(
            #""updated_at":null"#,
            with: #""updated_at":"2023-11-14T22:13:20Z""#
        )
        #expect(status == .ok)
        #expect(body == expected)
    }

    @Test("a message is set alone, and removed by null")
    func message() async throws {
        let api = try TestAPI()
        let path = "/v3/feature_flags/diego_docker"
        _ = try await api.send(.patch, path, #"{"custom_error_message":"ask ops"}"#)
        #expect(try await api.store.featureFlag(.diegoDocker).customErrorMessage == "ask ops")
        _ = try await api.send(.patch, path, #"{"custom_error_message":null}"#)
        let flag = try await api.store.featureFlag(.diegoDocker)
        #expect(flag.customErrorMessage == nil && !flag.enabled)
    }

    @Test("what cannot be understood is refused")
    func refused() async throws {
        let api = try TestAPI()
        let path = "/v3/feature_flags/diego_docker"
        let known = "known are enabled, custom_error_message."
        #expect(
            try await api.refusal(.get, "/v3/feature_flags/no") == [
                "404 10010 CF-ResourceNotFound: Feature flag not found"
            ]
        )
        #expect(
            try await api.refusal(.patch, path, #"{"enable":true}"#)
                == ["422 10008 CF-UnprocessableEntity: Unknown field(s): 'enable'; \(known)"]
        )
        #expect(
            try await api.refusal(.patch, path, #"{"enabled":"yes"}"#)
                == ["422 10008 CF-UnprocessableEntity: enabled must be true or false."]
        )
        #expect(
            try await api.refusal(.patch, path, #"{"custom_error_message":""}"#)
                == ["422 10008 CF-UnprocessableEntity: custom_error_message must have 1 to 250 characters."]
        )
        #expect(
            try await api.refusal(.patch, path, "nonsense")
                == ["400 1001 CF-MessageParseError: The request's body is not a JSON object; send one."]
        )
        #expect(try await api.refusal(.get, "/v4") == ["404 10000 CF-NotFound: Unknown request"])
        #expect(try await api.store.lastEventNumber() == 0)
    }

    @Test("the list is paged by name, with links that lead on")
    func list() async throws {
        let api = try TestAPI()
        let (_, all) = try await api.send(.get, "/v3/feature_flags")
        let (_, page) = try await api.send(.get, "/v3/feature_flags?per_page=10&page=2")
        #expect(FeatureFlagName.allCases.allSatisfy { all.contains(#""name":"\#($0.rawValue)""#) })
        #expect(
            page.hasPrefix(
                #"{"pagination":{"first":{"href":"http://api.test/v3/feature_flags?page=1&per_page=10"},"#
                    + #""last":{"href":"http://api.test/v3/feature_flags?page=2&per_page=10"},"next":null,"#
                    + #""previous":{"href":"http://api.test/v3/feature_flags?page=1&per_page=10"},"#
                    + #""total_pages":2,"total_results":19}"#
            )
        )
        #expect(
            try await api.refusal(.get, "/v3/feature_flags?per_page=0")
                == ["400 10005 CF-BadQueryParameter: per_page must be a whole number from 1 to 5000."]
        )
        #expect(try await api.send(.get, "/v3/feature_flags?page=9").1.hasSuffix(#""resources":[]}"#))
    }
}
