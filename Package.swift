// swift-tools-version: 6.2
import PackageDescription

// The map of the modules is in Sources/oxbow/Documentation.docc/Architecture.md. Dependencies point down only;
// `Compat/check-arrows` reads the imports and fails on any other.

/// Every target: Swift 6 mode, imports internal unless said otherwise.
let base: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (Context.environment["OXBOW_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)])

/// Targets that may not touch a pointer: the compiler enforces it.
let safe: [SwiftSetting] =
    base + [
        .strictMemorySafety(),
        .treatWarning("StrictMemorySafety", as: .error),
    ]

func nio(_ products: String...) -> [Target.Dependency] {
    products.map { .product(name: $0, package: "swift-nio") }
}
let log = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "oxbow",
    products: [.executable(name: "oxbow", targets: ["oxbow"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // C: module maps, shims and generated code.
        .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CCRI", dependencies: ["CProtobufC"], exclude: ["proto"]),
        .target(name: "CLinux"),

        // Wire.
        .target(name: "Faults", swiftSettings: safe),
        .target(name: "Linux", dependencies: ["CLinux", "Faults"] + nio("NIOPosix"), swiftSettings: base),
        .target(name: "Sockets", dependencies: ["Faults", "Linux"] + nio("NIOCore", "NIOPosix"), swiftSettings: safe),
        .target(
            name: "GRPC", dependencies: ["CNghttp2", "Faults", "Linux", "Sockets"] + nio("NIOCore", "NIOPosix"),
            swiftSettings: base),
        .target(name: "HTTPClient", dependencies: ["CCurl", "Faults"] + nio("NIOCore"), swiftSettings: base),
        .target(name: "Compression", dependencies: ["CArchive", "CZlib"] + nio("NIOCore"), swiftSettings: base),
        .target(
            name: "HTTPServer",
            dependencies: ["Faults", "Linux", "Sockets", log] + nio("NIOCore", "NIOPosix", "NIOHTTP1"),
            swiftSettings: safe),

        // Vocabulary.
        .target(name: "CRI", dependencies: ["CCRI", "CProtobufC", "Faults"] + nio("NIOCore"), swiftSettings: base),
        .target(name: "DockerAPI", dependencies: ["Faults"] + nio("NIOCore"), swiftSettings: safe),

        // The bed.
        .target(
            name: "OCI",
            dependencies: ["Faults", "HTTPClient", "Linux", .product(name: "Crypto", package: "swift-crypto")]
                + nio("NIOCore"), swiftSettings: safe),
        .target(name: "CNI", dependencies: ["Faults", "Linux", log], swiftSettings: safe),
        .target(name: "CDI", dependencies: ["Faults", "Linux"], swiftSettings: safe),
        .target(
            name: "Core",
            dependencies: [
                "CArchive", "CNI", "Faults", "HTTPClient", "Linux", "OCI", log,
                .product(name: "Crypto", package: "swift-crypto"),
            ] + nio("NIOCore", "NIOPosix"), swiftSettings: base),

        // Front ends.
        .target(
            name: "CRIStreaming",
            dependencies: [
                "Compression", "Faults", "HTTPServer", "Linux", "Sockets", log,
                .product(name: "Crypto", package: "swift-crypto"),
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1"), swiftSettings: safe),
        .target(name: "CRIServer", dependencies: ["CRI", "Faults", "GRPC", log] + nio("NIOCore"), swiftSettings: safe),
        .target(
            name: "Dockershim",
            dependencies: [
                "CDI", "CNI", "CRI", "CRIServer", "CRIStreaming", "DockerAPI", "Faults", "GRPC", "HTTPClient", "Linux",
                log,
                .product(name: "Crypto", package: "swift-crypto"),
            ] + nio("NIOCore"), swiftSettings: safe),
        .target(
            name: "DirectCRI",
            dependencies: ["CDI", "CNI", "Core", "CRI", "CRIServer", "CRIStreaming", "Faults", "Linux", "OCI", log]
                + nio("NIOCore"),
            swiftSettings: safe),
        .target(
            name: "Engine",
            dependencies: ["CNI", "Core", "DockerAPI", "Faults", "HTTPServer", "Linux", "OCI", log]
                + nio("NIOCore", "NIOHTTP1"), swiftSettings: safe),

        // The laboratory.
        .target(
            name: "Trace",
            dependencies: ["CRI", "Compression", "Faults", "GRPC", "HTTPClient", "Linux", log] + nio("NIOCore"),
            swiftSettings: safe),
        .target(
            name: "Comparison", dependencies: ["CRI", "Faults", "GRPC", "Linux", "Trace", log] + nio("NIOCore"),
            swiftSettings: safe),
        .target(name: "Report", dependencies: ["Comparison", "Trace"], swiftSettings: safe),

        .executableTarget(
            name: "oxbow",
            dependencies: [
                "CNI", "CRIServer", "CRIStreaming", "Comparison", "Core", "DirectCRI", "Dockershim", "Engine", "Faults",
                "GRPC",
                "HTTPServer", "Linux", "OCI", "Report", "Trace", log,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            exclude: ["Documentation.docc"], swiftSettings: safe),

        // Tests: one target a module, pure and fast; the integration tests use real containers and real peers.
        .target(
            name: "TestSupport",
            dependencies: ["CNI", "Core", "CRI", "CRIServer", "Faults", "GRPC", "HTTPClient", "Linux", "OCI"]
                + nio("NIOCore", "NIOPosix"), path: "Tests/TestSupport", swiftSettings: base),
        .testTarget(name: "FaultsTests", dependencies: ["Faults"], swiftSettings: base),
        .testTarget(name: "LinuxTests", dependencies: ["Faults", "Linux"], swiftSettings: base),
        .testTarget(
            name: "SocketsTests", dependencies: ["Linux", "Sockets"] + nio("NIOCore", "NIOPosix"), swiftSettings: base),
        .testTarget(
            name: "GRPCTests", dependencies: ["GRPC", "Sockets"] + nio("NIOCore", "NIOEmbedded", "NIOPosix"),
            swiftSettings: base),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: ["HTTPClient"] + nio("NIOCore", "NIOPosix", "NIOHTTP1"), swiftSettings: base),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: ["HTTPServer"] + nio("NIOCore", "NIOEmbedded", "NIOHTTP1", "NIOPosix"), swiftSettings: base),
        .testTarget(name: "CompressionTests", dependencies: ["Compression"] + nio("NIOCore"), swiftSettings: base),
        .testTarget(
            name: "CRITests", dependencies: ["CCRI", "CProtobufC", "CRI", "Faults"] + nio("NIOCore"),
            swiftSettings: base),
        .testTarget(
            name: "CRIServerTests", dependencies: ["CRIServer", "CRI", "Faults", "GRPC", log] + nio("NIOCore"),
            swiftSettings: base),
        .testTarget(
            name: "CRIStreamingTests",
            dependencies: ["CRIStreaming", "CZlib", "Faults", "HTTPServer", "Linux", log]
                + nio("NIOCore", "NIOHTTP1", "NIOPosix"), swiftSettings: base),
        .testTarget(name: "DockerAPITests", dependencies: ["DockerAPI"] + nio("NIOCore"), swiftSettings: base),
        .testTarget(name: "OCITests", dependencies: ["OCI"] + nio("NIOCore"), swiftSettings: base),
        .testTarget(name: "CDITests", dependencies: ["CDI", "Faults", "Linux", "TestSupport"], swiftSettings: base),
        .testTarget(name: "CNITests", dependencies: ["CNI", "Faults", "Linux", log], swiftSettings: base),
        .testTarget(
            name: "CoreTests", dependencies: ["Core", "Faults", "Linux", "OCI", "TestSupport", log] + nio("NIOCore"),
            swiftSettings: base),
        .testTarget(
            name: "DockershimTests",
            dependencies: [
                "CDI", "Dockershim", "CNI", "CRI", "CRIServer", "DockerAPI", "Faults", "GRPC", "Linux", log,
            ] + nio("NIOCore"), swiftSettings: base),
        .testTarget(
            name: "DirectCRITests",
            dependencies: ["DirectCRI", "CNI", "CRI", "CRIServer", "Core", "Faults", "OCI", "TestSupport"],
            swiftSettings: base),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "CNI", "Core", "DockerAPI", "Engine", "Faults", "HTTPServer", "Linux", "OCI", "TestSupport", log,
            ] + nio("NIOCore", "NIOHTTP1"), swiftSettings: base),
        .testTarget(
            name: "TraceTests", dependencies: ["Trace", "CRI", "GRPC", "Linux", log] + nio("NIOCore"),
            swiftSettings: base),
        .testTarget(
            name: "ComparisonTests", dependencies: ["Comparison", "Report", "Trace"], swiftSettings: base),
        .testTarget(
            name: "BehaviourTests",
            dependencies: [
                "CRI", "Comparison", "Core", "GRPC", "HTTPClient", "Linux", "OCI", "TestSupport", "oxbow", log,
            ]
                + nio("NIOCore"),
            swiftSettings: base),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "CNI", "Dockershim", "Engine", "Faults", "HTTPServer", log,
                "Core", "CRI", "CRIServer", "Comparison", "GRPC", "HTTPClient", "Linux", "OCI", "Report", "Trace",
                "TestSupport",
                "oxbow",
            ]
                + nio("NIOCore", "NIOPosix"), swiftSettings: base),
    ]
)
