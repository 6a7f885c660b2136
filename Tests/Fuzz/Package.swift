// swift-tools-version: 6.2
import PackageDescription

// Fuzzing of everything that reads a file of a user; see docs/testing.md. A package of its own, so that nobody else
// builds it: it needs the runtime of libFuzzer, which comes with the toolchain.
let package = Package(
  name: "PETLFuzz",
  dependencies: [.package(name: "PETLKit", path: "../..")],
  targets: [
    .executableTarget(
      name: "PETLFuzz",
      dependencies: [
        .product(name: "Checkpoints", package: "PETLKit"),
        .product(name: "Datasets", package: "PETLKit"),
        .product(name: "PETL", package: "PETLKit"),
        .product(name: "PETLCommands", package: "PETLKit"),
        .product(name: "PETLPlugins", package: "PETLKit"),
        .product(name: "Recipes", package: "PETLKit"),
        .product(name: "Tokenization", package: "PETLKit"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6), .strictMemorySafety(), .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ])
  ]
)
