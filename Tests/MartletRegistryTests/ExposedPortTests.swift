import MartletRegistry
import Testing

@Suite("Exposed ports")
struct ExposedPortTests {
    @Test(
        "are a number with an optional protocol",
        arguments: [
            ("80", .init(80)), ("80/tcp", .init(80)), ("80/TCP", .init(80)), ("53/udp", .init(53, .udp)),
            ("65535/sctp", .init(65535, .sctp)), ("0", nil), ("65536", nil), ("-1", nil), ("+80", nil), ("80/", nil),
            ("/tcp", nil), ("80/tcp/x", nil), ("80/icmp", nil), ("8000-8010", nil), ("", nil), (" 80", nil), ("٣", nil),
        ] as [(String, ExposedPort?)]
    )
    func read(text: String, port: ExposedPort?) { #expect(ExposedPort(text) == port) }
}
