import Testing

@testable import MartletRegistry

@Suite("Registry errors")
struct RegistryErrorTests {
    @Test("cannot drive a terminal or fill a log")
    func cleaned() {
        let error = RegistryError(
            .temporary,
            "a\u{1b}[31mb\r\nc\u{202e}d\u{7f}\u{9b}" + String(repeating: "é", count: 900)
        )
        #expect(error.description.hasPrefix("a [31mb  c d  é"))
        #expect(error.description.utf8.count <= 1024 + 3)
    }

    @Test("say nothing about passwords, however credentials are printed")
    func secrets() {
        let credentials = RegistryCredentials(username: "bob", password: "hunter2")
        var dumped = ""
        dump(credentials, to: &dumped)
        dump(Optional([credentials]), to: &dumped)
        let texts = ["\(credentials)", String(reflecting: credentials), "\([credentials])", dumped]
        #expect(texts.allSatisfy { $0.contains("bob") && !$0.contains("hunter2") })
    }

    @Test("say so when there is no name at all")
    func empty() {
        #expect(RegistryError.invalid("", "oops").description == "An empty text is not an image name: oops.")
    }

    @Test("of a registry are read, or taken as text, and bounded")
    func errorAnswers() {
        let json = ErrorAnswer(Array(#"{"errors":[{"code":"DENIED","message":"no\u001b[1m"},{"code":"X"}]}"#.utf8))
        #expect((json.codes, json.message) == (["DENIED", "X"], "no [1m, X"))
        #expect(ErrorAnswer(Array("<html>oops".utf8)).suffix == ": <html>oops")
        #expect(ErrorAnswer([]).suffix.isEmpty)
        #expect(ErrorAnswer(Array(repeating: 0xff, count: 50_000)).message.utf8.count <= 1024 + 3)
    }
}
