import MartletModels
import Testing

@Suite("Validation of actions")
struct ActionValidationTests {
    private static let good = Action.run(RunAction(path: "/bin/true", user: "root"))
    private static let bad = Action.run(RunAction(path: "/bin/true", user: ""))
    private static let empty = OpaqueAction(from: "", to: "", user: "", message: UnknownFields())

    @Test(
        "each kind names what is wrong",
        arguments: [
            (good, []),
            (.run(RunAction(path: "", user: "")), ["path", "user"]),
            (bad, ["user"]),
            (.timeout(TimeoutAction(action: nil, timeoutMilliseconds: 0)), ["action", "timeout_ms"]),
            (.timeout(TimeoutAction(action: bad, timeoutMilliseconds: -1)), ["user", "timeout_ms"]),
            (.timeout(TimeoutAction(action: good, timeoutMilliseconds: 1)), []),
            (.try(TryAction(action: nil)), ["action"]),
            (.try(TryAction(action: bad)), ["user"]),
            (.emitProgress(EmitProgressAction(action: nil)), ["action"]),
            (.parallel(ActionGroup([])), ["actions"]),
            (.serial(ActionGroup([])), ["actions"]),
            (.codependent(ActionGroup([])), ["actions"]),
            (.serial(ActionGroup([good, bad, nil])), ["user", "inner-action"]),
            (.parallel(ActionGroup([.try(TryAction(action: .serial(ActionGroup([bad]))))])), ["user"]),
            (.download(empty), ["from", "to", "user"]),
            (.upload(empty), ["to", "from", "user"]),
        ] as [(Action, [String])]
    )
    func kinds(action: Action, fields: [String]) {
        var failures: [String] = []
        do { try action.validate() } catch { failures = error.failures }
        #expect(failures == fields.map { "Invalid field: \($0)" })
    }
}
