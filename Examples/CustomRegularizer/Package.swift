// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "CustomRegularizer",
  dependencies: [.package(name: "PETLKit", path: "../..")],
  targets: [
    .executableTarget(
      name: "CustomRegularizer",
      dependencies: [
        .product(name: "PETL", package: "PETLKit"),
        .product(name: "PETLCommands", package: "PETLKit"),
        .product(name: "PETLPlugins", package: "PETLKit"),
      ],
      // So that it takes --plugin FILE, too.
      linkerSettings: [.unsafeFlags(["-Xlinker", "-export-dynamic"])])
  ])
