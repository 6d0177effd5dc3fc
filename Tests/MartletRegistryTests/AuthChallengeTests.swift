import Testing

@testable import MartletRegistry

@Suite("Challenges")
struct AuthChallengeTests {
    @Test(
        "are read one by one, with exact values",
        arguments: [
            ([#"Basic realm="x""#], [("basic", ["realm": "x"])]),
            (["Basic"], [("basic", [:])]),
            ([#"BEARER Realm="https://a/t",SERVICE="s""#], [("bearer", ["realm": "https://a/t", "service": "s"])]),
            (
                [#"Bearer realm="https://a/t",service="s, \"q\" \\",scope="repository:x:pull,push""#],
                [("bearer", ["realm": "https://a/t", "service": #"s, "q" \"#, "scope": "repository:x:pull,push"])]
            ),
            (
                [#"Digest realm="d", nonce=abc, Basic realm="b" , Bearer realm="r""#],
                [("digest", ["realm": "d", "nonce": "abc"]), ("basic", ["realm": "b"]), ("bearer", ["realm": "r"])]
            ),
            (["Negotiate", "Basic realm=b"], [("negotiate", [:]), ("basic", ["realm": "b"])]),
            ([#"Negotiate abc==, Basic realm="b""#], [("negotiate", [:]), ("basic", ["realm": "b"])]),
            ([#"NTLM abc, Basic realm = "b""#], [("ntlm", [:]), ("basic", ["realm": "b"])]),
            ([#"Basic, Bearer realm="r""#], [("basic", [:]), ("bearer", ["realm": "r"])]),
            ([#"Bearer realm="r",error="invalid_token""#], [("bearer", ["realm": "r", "error": "invalid_token"])]),
            ([#"Bearer realm="first",realm="second""#], [("bearer", ["realm": "first"])]),
            ([#"Bearer realm="open"#], [("bearer", [:])]),
            ([#"realm="x""#, "", ",,", " = "], []),
        ] as [([String], [(String, [String: String])])]
    )
    func read(fields: [String], expected: [(String, [String: String])]) {
        #expect(AuthChallenge.parse(fields) == expected.map { AuthChallenge(scheme: $0.0, parameters: $0.1) })
    }

    @Test("the first that can be answered is used")
    func usable() {
        let challenges = AuthChallenge.parse([#"Digest a="b", Basic realm="b", Bearer realm="r""#])
        #expect(AuthChallenge.usable(challenges)?.scheme == "basic")
        #expect(AuthChallenge.usable(AuthChallenge.parse(["Negotiate"])) == nil)
    }

    @Test("read from anything never fail, and every scheme is lower-case", arguments: UInt64(1)...40)
    func property(seed: UInt64) {
        var random = Seeded(seed)
        for _ in 0..<300 {
            let text = random.text(of: "abBearer ,,==\"\"\\\\ \té\u{1}/:", upTo: 40)
            for challenge in AuthChallenge.parse([text, text]) {
                #expect(!challenge.scheme.isEmpty && challenge.scheme == challenge.scheme.lowercased())
            }
        }
    }
}
