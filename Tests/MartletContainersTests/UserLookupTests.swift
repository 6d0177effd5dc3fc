import Testing

@testable import MartletContainers

@Suite("User lookup")
struct UserLookupTests {
    private static let passwd = """
        # comment
        root:x:0:0:root:/root:/bin/sh

        broken line
        web:x:1000:100:Web:/srv/web:/bin/sh
        web:x:2000:200:Second:/other:/bin/sh
        nohome:x:1001:100
        relative:x:1002:100::home:/bin/sh
        high:x:70000:100::/:/bin/sh
        """
    private static let group = """
        root:x:0:
        users:x:100:
        staff:x:50:web,nohome
        bad:x:y:web
        docker:x:60:root,web
        """

    @Test(
        "forms of a user",
        arguments: [
            ("", UserLookup(uid: 0, gid: 0, groups: [60], home: "/root")),
            ("root", UserLookup(uid: 0, gid: 0, groups: [60], home: "/root")),
            ("web", UserLookup(uid: 1000, gid: 100, groups: [50, 60], home: "/srv/web")),
            ("1000", UserLookup(uid: 1000, gid: 100, groups: [50, 60], home: "/srv/web")),
            ("4711", UserLookup(uid: 4711, gid: 0, home: "/")),
            ("web:staff", UserLookup(uid: 1000, gid: 50, home: "/srv/web")),
            ("web:7", UserLookup(uid: 1000, gid: 7, home: "/srv/web")),
            ("5:6", UserLookup(uid: 5, gid: 6, home: "/")),
            ("5:users", UserLookup(uid: 5, gid: 100, home: "/")),
            ("web:", UserLookup(uid: 1000, gid: 100, groups: [50, 60], home: "/srv/web")),
            ("nohome", UserLookup(uid: 1001, gid: 100, groups: [50], home: "/")),
            ("relative", UserLookup(uid: 1002, gid: 100, home: "/")),
        ]
    )
    func forms(user: String, expected: UserLookup) throws {
        #expect(try UserLookup.find(user, passwd: Self.passwd, group: Self.group) == expected)
    }

    @Test("root needs no passwd file, other names do")
    func noFiles() throws {
        #expect(try UserLookup.find("root", passwd: nil, group: nil) == UserLookup(uid: 0, gid: 0))
        #expect(throws: ContainerError.unknownUser("web")) { try UserLookup.find("web", passwd: nil, group: nil) }
        #expect(throws: ContainerError.unknownUser("root")) { try UserLookup.find("root", passwd: "", group: nil) }
    }

    @Test(
        "ids beyond the container's range are refused",
        arguments: ["70000", "high", "0:65536", "99999999999", "0:99999999999"]
    )
    func range(user: String) {
        #expect(throws: ContainerError.self) { try UserLookup.find(user, passwd: Self.passwd, group: Self.group) }
    }

    @Test("the texts are those that callers look for")
    func texts() {
        #expect("\(ContainerError.unknownUser("web"))" == "unable to find user web: no matching entries in passwd file")
        #expect(throws: ContainerError.invalid("unable to find group nope: no matching entries in group file")) {
            try UserLookup.find("web:nope", passwd: Self.passwd, group: Self.group)
        }
    }

    @Test("no file content, however broken, stops the agent", arguments: UInt64(1)...50)
    func fuzz(seed: UInt64) {
        var random = SplitMix(seed)
        let bytes = random.bytes(400, from: Array(":\n,#x019web root/".utf8) + [0, 255])
        let text = String(decoding: bytes, as: UTF8.self)
        for user in ["", "web", "0", "web:root", ":", "::", "1:1"] {
            guard let found = try? UserLookup.find(user, passwd: text, group: text) else { continue }
            #expect(([found.uid, found.gid] + found.groups).allSatisfy { $0 < 65_536 })
            #expect(found.home.hasPrefix("/"))
        }
    }
}
