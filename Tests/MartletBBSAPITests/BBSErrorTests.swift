import MartletBBSAPI
import MartletModels
import MartletProtobuf
import Testing

@Suite("BBS errors")
struct BBSErrorTests {
    private static let key = ActualLRPKey(processGUID: ProcessGUID("g"), index: 1, domain: DomainName("d"))

    @Test(
        "a refused transition has the kind and the text of its verb",
        arguments: [
            (.cannotBeClaimed(key, while: .running), .actualLRPCannotBeClaimed, "cannot claim actual LRP"),
            (.cannotBeStarted(key, while: .running), .actualLRPCannotBeStarted, "cannot start actual LRP"),
            (.cannotBeCrashed(key, while: .unclaimed), .actualLRPCannotBeCrashed, "cannot crash actual LRP"),
            (.cannotBeFailed(key, while: .claimed), .actualLRPCannotBeFailed, "cannot fail actual LRP"),
            (.cannotBeUnclaimed(key, while: .unclaimed), .actualLRPCannotBeUnclaimed, "cannot unclaim actual LRP"),
            (.cannotBeRemoved(key, while: .running), .actualLRPCannotBeRemoved, "cannot remove actual LRP"),
            (
                .notAdmitted(key, flag: .diegoDocker), .actualLRPCannotBeStarted,
                "feature flag diego_docker is disabled"
            ),
        ] as [(TransitionError, BBSError.Kind, String)]
    )
    func transitions(error: TransitionError, kind: BBSError.Kind, text: String) {
        #expect(BBSError(error, refusal: .actualLRPCannotBeStarted) == BBSError(kind, text))
    }

    @Test("a broken message is an invalid request, a broken text an unknown error")
    func decoding() {
        #expect(BBSError(ProtobufError.truncated) == .invalidRequest)
        #expect(BBSError(ProtobufError.invalidUTF8(field: 1)).kind == .unknownError)
    }

    @Test("an error of a number that nobody knows is an unknown error")
    func unknown() throws {
        #expect(try BBSError(decoding: [0x08, 0x63]) == BBSError(.unknownError, ""))
        #expect(try LifecycleResponse(decoding: [0x0a, 0x00]).error == BBSError(.unknownError, ""))
    }
}
