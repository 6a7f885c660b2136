// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "CustomAdapter",
  dependencies: [.package(name: "PETLKit", path: "../..")],
  targets: [
    .target(
      name: "TanhBottleneck", dependencies: [.product(name: "PETL", package: "PETLKit")]),
    .target(name: "OutputScales", dependencies: [.product(name: "PETL", package: "PETLKit")]),
    .executableTarget(
      name: "CustomAdapter",
      dependencies: [
        "TanhBottleneck",
        .product(name: "PETL", package: "PETLKit"),
        .product(name: "PETLCommands", package: "PETLKit"),
        .product(name: "PETLPlugins", package: "PETLKit"),
      ],
      // So that it takes --plugin FILE, too.
      linkerSettings: [.unsafeFlags(["-Xlinker", "-export-dynamic"])]),
    .testTarget(
      name: "TanhBottleneckTests",
      dependencies: ["TanhBottleneck", .product(name: "PETLTesting", package: "PETLKit")]),
    .testTarget(
      name: "OutputScalesTests",
      dependencies: [
        "OutputScales",
        .product(name: "AdapterFiles", package: "PETLKit"),
        .product(name: "Backbones", package: "PETLKit"),
        .product(name: "Checkpoints", package: "PETLKit"),
        .product(name: "PETL", package: "PETLKit"),
        .product(name: "PETLPlugins", package: "PETLKit"),
        .product(name: "PETLTesting", package: "PETLKit"),
      ]),
  ])
