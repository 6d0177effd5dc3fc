import MartletModels
import Testing

@testable import MartletRegistry

@Suite("Dates of the wire")
struct HTTPDateTests {
    @Test(
        "of HTTP are read",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799), ("Mon, 23 Nov 2026 20:48:00 GMT", 1_795_466_880),
            ("Sun, 06 Nov 1994 08:49:37", nil), ("06 Nov 1994", nil), ("", nil), ("soon", nil),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("Sun, 32 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 24:49:37 GMT", nil), ("Sun, 06 Nov 99999 08:49:37 GMT", nil),
        ] as [(String, Int?)]
    )
    func http(text: String, seconds: Int?) {
        #expect(Timestamp(httpDate: text) == seconds.map { .epoch + .seconds($0) })
    }

    @Test(
        "of tokens are read",
        arguments: [
            ("1994-11-06T08:49:37Z", 784_111_777), ("1994-11-06T08:49:37.123456789Z", 784_111_777),
            ("1994-11-06T09:49:37+01:00", 784_111_777), ("1994-11-06T03:19:37.5-05:30", 784_111_777),
            ("1994-11-06T08:49:37", nil), ("1994-11-06T08:49:37+1", nil), ("1994-13-06T08:49:37Z", nil), ("", nil),
            ("1994/11/06T08:49:37Z", nil), ("1994-11-06T08:49:37.Zx", nil),
        ] as [(String, Int?)]
    )
    func rfc3339(text: String, seconds: Int?) {
        #expect(Timestamp(rfc3339: text) == seconds.map { .epoch + .seconds($0) })
    }
}
