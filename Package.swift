// swift-tools-version: 6.2
import PackageDescription

/// Settings every Swift target shares, so no target can quietly opt out.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A library target and the tests that mirror it; `fixtures` says that the tests have a `Fixtures` folder.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], fixtures: Bool = false) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: strict),
        .testTarget(
            name: name + "Tests",
            dependencies: [.byName(name: name), "MartletTestSupport"] + dependencies,
            resources: fixtures ? [.copy("Fixtures")] : [],
            swiftSettings: strict
        ),
    ]
}

/// A C library found through pkg-config; `apt` is what to install when it is missing.
func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// Layer 0: one system library each, and the C that Swift cannot import.
let layer0: [Target] = [
    system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    system("CSystemd", pkgConfig: "libsystemd", apt: "libsystemd-dev"),
    system("CMicrohttpd", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
    system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    system("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
    system("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
    system("CNFTables", pkgConfig: "libnftables", apt: "libnftables-dev"),
    .target(
        name: "CMartletShims",
        dependencies: ["CSQLite", "CSystemd", "CMicrohttpd", "CCurl", "CArchive", "COpenSSL", "CNFTables"]
    ),
    // Counts calls of the allocator; never part of the product.
    .target(name: "CMartletAllocations"),
]

/// Layer 1: the nouns.
let layer1: [Target] =
    module("MartletModels")
    + module("MartletLog")

/// Layer 2: pure decisions, and one edge per outside thing.
let layer2: [Target] =
    module("MartletConvergence", ["MartletModels"])
    + module("MartletAuction", ["MartletModels"])
    + module("MartletProtobuf")
    + module("MartletLinux", ["MartletModels", "CMartletShims"])
    + module("MartletSQL", ["CSQLite", "CMartletShims"])
    + module("MartletHTTP", ["CMicrohttpd", "CCurl", "CMartletShims"])
    + module("MartletCrypto", ["COpenSSL", "CMartletShims"])
    + module("MartletArchive", ["CArchive", "CMartletShims"])
    + module("MartletSystemd", ["MartletLog", "CSystemd", "CMartletShims"])

/// Layer 3: protocols of the outside world.
let layer3: [Target] =
    [
        .target(
            name: "MartletMigrations",
            path: "Migrations",
            resources: [
                .embedInCode("M0001_bbs.sql"), .embedInCode("M0002_convergence.sql"), .embedInCode("M0003_tasks.sql"),
                .embedInCode("M0004_fences.sql"),
                .embedInCode("C0001_cell.sql"),
            ],
            swiftSettings: strict
        )
    ]
    + module("MartletBBSAPI", ["MartletModels", "MartletProtobuf", "MartletHTTP"], fixtures: true)
    + module("MartletRegistry", ["MartletModels", "MartletHTTP", "MartletCrypto"])

/// Layer 4: state on disk and in the kernel.
let layer4: [Target] =
    module(
        "MartletStore",
        [
            "MartletModels", "MartletConvergence", "MartletProtobuf", "MartletBBSAPI", "MartletSQL", "MartletLinux",
            "MartletMigrations",
        ]
    )
    + module(
        "MartletImages",
        ["MartletModels", "MartletLog", "MartletLinux", "MartletCrypto", "MartletArchive", "MartletRegistry"]
    )
    + module("MartletContainers", ["MartletModels", "MartletLog", "MartletLinux"], fixtures: true)

/// Layer 5: the roles.
let layer5: [Target] =
    module(
        "MartletServer",
        [
            "MartletModels", "MartletLog", "MartletConvergence", "MartletAuction", "MartletHTTP", "MartletBBSAPI",
            "MartletStore",
        ],
        fixtures: true
    )
    + module(
        "MartletCell",
        [
            "MartletModels", "MartletLog", "MartletAuction", "MartletProtobuf", "MartletHTTP", "MartletSQL",
            "MartletLinux", "MartletBBSAPI", "MartletRegistry", "MartletImages", "MartletContainers",
            "MartletMigrations",
        ]
    )
    + module(
        "MartletCloudController",
        [
            "MartletModels", "MartletLog", "MartletConvergence", "MartletHTTP", "MartletCrypto", "MartletRegistry",
            "MartletStore",
        ]
    )

/// Layers 6 and 7: commands, and the one binary.
let layer6: [Target] =
    module("MartletCLI", ["MartletModels", "MartletHTTP", "MartletBBSAPI", "MartletCloudController"])
    + [
        .executableTarget(
            name: "martlet",
            dependencies: [
                "MartletModels", "MartletLog", "MartletConvergence", "MartletLinux", "MartletHTTP", "MartletSystemd",
                "MartletBBSAPI", "MartletRegistry", "MartletStore", "MartletImages", "MartletContainers",
                "MartletServer",
                "MartletCell", "MartletCloudController", "MartletCLI",
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "martlet-bench",
            dependencies: [
                "MartletModels", "MartletLog", "MartletLinux", "MartletHTTP", "MartletBBSAPI", "MartletStore",
                "MartletServer", "CMartletAllocations",
            ],
            exclude: ["RESULTS.md"],
            swiftSettings: strict
        ),
    ]

/// The whole control plane in one seeded world, and the command that runs it.
let simulation: [Target] = [
    .target(
        name: "MartletSimulation",
        dependencies: [
            "MartletTestSupport", "MartletModels", "MartletLog", "MartletLinux", "MartletHTTP", "MartletSQL",
            "MartletBBSAPI", "MartletRegistry", "MartletStore", "MartletServer", "MartletCloudController",
        ],
        swiftSettings: strict
    ),
    .testTarget(
        name: "MartletSimulationTests",
        dependencies: [
            "MartletSimulation", "MartletTestSupport", "MartletModels", "MartletLinux", "MartletStore",
        ],
        swiftSettings: strict
    ),
    .executableTarget(
        name: "martlet-sim",
        dependencies: ["MartletSimulation", "MartletLinux"],
        swiftSettings: strict
    ),
]

/// Simulated time, seeds and fixtures; and the tests that belong to no single target.
let tests: [Target] = [
    .target(
        name: "MartletTestSupport",
        dependencies: ["MartletModels", "MartletLinux", "MartletHTTP"],
        swiftSettings: strict
    ),
    .testTarget(name: "TidyTests", dependencies: ["MartletLinux"], swiftSettings: strict),
    .testTarget(
        name: "IntegrationTests",
        dependencies: [
            "MartletTestSupport", "MartletModels", "MartletLinux", "MartletHTTP", "MartletBBSAPI", "MartletRegistry",
            "MartletStore", "MartletImages", "MartletContainers", "MartletServer", "MartletCell",
            "MartletCloudController", "MartletCLI",
        ],
        swiftSettings: strict
    ),
]

let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"]),
        .executable(name: "martlet-sim", targets: ["martlet-sim"]),
    ],
    targets: layer0 + layer1 + layer2 + layer3 + layer4 + layer5 + layer6 + simulation + tests
)
