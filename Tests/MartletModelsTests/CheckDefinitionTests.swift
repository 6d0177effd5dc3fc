import MartletModels
import Testing

@Suite("Check definition")
struct CheckDefinitionTests {
    @Test(
        "every check has one kind and a port",
        arguments: [
            (Check(tcp: TCPCheck(port: 1)), []),
            (Check(http: HTTPCheck(port: 65_535)), []),
            (Check(tcp: TCPCheck(port: 0)), ["port"]),
            (Check(tcp: TCPCheck(port: 65_536)), ["port"]),
            (Check(), ["port"]),
            (Check(tcp: TCPCheck(port: 1), http: HTTPCheck(port: 1)), ["check"]),
        ] as [(Check, [String])]
    )
    func checks(check: Check, fields: [String]) {
        for definition in [CheckDefinition(checks: [check]), CheckDefinition(checks: [], readinessChecks: [check])] {
            var failures: [String] = []
            do { try definition.validate() } catch { failures = error.failures }
            #expect(failures == fields.map { "Invalid field: \($0)" })
        }
    }
}
