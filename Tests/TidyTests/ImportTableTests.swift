import MartletLinux
import Testing

/// The table of who may import whom: a target's layer, and whether it may use `FoundationEssentials`.
///
/// A target imports lower layers only; targets of one layer do not know each other, except where said here.
private let layers: [String: (layer: Int, json: Bool)] = [
    "CSQLite": (0, false), "CSystemd": (0, false), "CMicrohttpd": (0, false), "CCurl": (0, false),
    "CArchive": (0, false), "COpenSSL": (0, false), "CNFTables": (0, false), "CMartletShims": (0, false),
    "CMartletAllocations": (0, false),
    "MartletModels": (1, false), "MartletLog": (1, false),
    "MartletConvergence": (2, false), "MartletAuction": (2, false), "MartletProtobuf": (2, false),
    "MartletSQL": (2, false), "MartletHTTP": (2, false), "MartletLinux": (2, false), "MartletCrypto": (2, false),
    "MartletArchive": (2, false), "MartletSystemd": (2, false),
    "MartletMigrations": (3, false), "MartletBBSAPI": (3, true), "MartletRegistry": (3, true),
    "MartletStore": (4, false), "MartletImages": (4, true), "MartletContainers": (4, true),
    "MartletServer": (5, true), "MartletCell": (5, true), "MartletCloudController": (5, true),
    "MartletCLI": (6, true), "MartletSimulation": (6, false),
    "martlet": (7, true), "martlet-bench": (7, true), "martlet-sim": (7, false),
]

/// Libraries of the toolchain that any target may import.
private let standard: Set = ["Glibc", "Dispatch", "Synchronization"]

/// Pure functions over values: no clock, no I/O, no log.
private let pure: Set = ["MartletModels", "MartletConvergence", "MartletAuction", "MartletProtobuf"]

/// Serves tests, and the simulation; nothing that is shipped may import it.
private let testSupport = "MartletTestSupport"

/// Pairs inside one layer, or upwards, that are meant.
private let exceptions: Set = ["MartletCLI MartletCloudController", "MartletSimulation \(testSupport)"]

@Suite("Import table")
struct ImportTableTests {
    let tree = SourceTree()

    @Test("every target is in the table, and every row of the table is a target")
    func complete() throws {
        let folders = try Files.list("\(tree.root)/Sources").filter { $0 != testSupport }
        #expect(Set(folders + ["MartletMigrations"]) == Set(layers.keys))
    }

    @Test("a target imports only lower layers")
    func downwards() throws {
        for file in try tree.swiftFiles(below: "Sources") where file.target != testSupport {
            let own = try #require(layers[file.target], "\(file.path)")
            for module in file.imports where !standard.contains(module) {
                if exceptions.contains("\(file.target) \(module)") { continue }
                if module == "FoundationEssentials" {
                    #expect(own.json, "\(file.path) imports FoundationEssentials, which only JSON may")
                    continue
                }
                let other = try #require(layers[module], "\(file.path) imports \(module)")
                #expect(other.layer < own.layer, "\(file.path) imports \(module) of layer \(other.layer)")
            }
        }
    }

    @Test("the pure core imports nothing but values")
    func pureCore() throws {
        for file in try tree.swiftFiles(below: "Sources") where pure.contains(file.target) {
            #expect(Set(file.imports).subtracting(["MartletModels"]).isEmpty, "\(file.path)")
        }
    }

    @Test("no file imports all of Foundation")
    func noFoundation() throws {
        for file in try tree.swiftFiles(below: "Sources") + tree.swiftFiles(below: "Tests") {
            #expect(!file.imports.contains { $0 == "Foundation" || $0 == "FoundationNetworking" }, "\(file.path)")
        }
    }
}
