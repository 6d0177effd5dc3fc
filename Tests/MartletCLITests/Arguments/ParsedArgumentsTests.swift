@testable import MartletCLI
import Testing

@Suite("Parsed arguments")
struct ParsedArgumentsTests {
    private static let spec = CommandSpec(
        "push",
        summary: "run",
        operands: [CommandSpec.Operand("NAME"), CommandSpec.Operand("MORE", isRequired: false)],
        options: [
            .init("instances", short: "i", value: "N", help: ""),
            .init("env", value: "K=V", isRepeatable: true, help: ""),
            .init("force", short: "f", help: ""), .json, .help,
        ]
    )

    @Test(
        "values come behind a blank, an equals sign, or right behind their letter",
        arguments: ["-i 3", "-i3", "-i=3", "--instances 3", "--instances=3", "-fi3", "-fi 3"]
    )
    func values(line: String) throws {
        let parsed = try ParsedArguments((line + " web").split(separator: " ").map(String.init), for: Self.spec)
        #expect(try parsed.number("instances") == 3)
        #expect(parsed.operands == ["web"])
        #expect(parsed.isSet("force") == line.contains("f"))
    }

    @Test("options may stand anywhere, repeat where that means something, and end at two dashes")
    func order() throws {
        let line = ["--env", "A=1", "web", "--env=B=-2", "-f", "--", "--odd"]
        let parsed = try ParsedArguments(line, for: Self.spec)
        #expect(parsed.values("env") == ["A=1", "B=-2"])
        #expect(parsed.operands == ["web", "--odd"])
    }

    @Test(
        "mistakes have a name",
        arguments: [
            (["web", "--instance", "3"], .unknownOption("--instance", nearest: "--instances", command: "push")),
            (["web", "--zzz"], .unknownOption("--zzz", nearest: nil, command: "push")),
            (["web", "-x"], .unknownOption("-x", nearest: nil, command: "push")),
            (["web", "-i"], .missingValue("-i", command: "push")),
            (["web", "--json=yes"], .unexpectedValue("--json", command: "push")),
            (["web", "-i1", "-i2"], .repeated("-i", command: "push")),
            ([], .missingOperand("NAME", command: "push")),
            (["a", "b", "c"], .unexpectedOperand("c", command: "push")),
        ] as [([String], UsageError)]
    )
    func mistakes(line: [String], error: UsageError) {
        #expect(throws: error) { try ParsedArguments(line, for: Self.spec) }
    }

    @Test("numbers are whole and not negative", arguments: ["x", "-1", "1.5", ""])
    func numbers(text: String) throws {
        let parsed = try ParsedArguments(["web", "-i", text], for: Self.spec)
        #expect(throws: UsageError.notANumber("--instances", value: text, command: "push")) {
            try parsed.number("instances")
        }
    }

    @Test("whoever asks for help need not give the rest")
    func help() throws {
        #expect(try ParsedArguments(["--help"], for: Self.spec).isSet("help"))
    }
}
