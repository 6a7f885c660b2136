extension PluginStarter {
  /// `Package.swift`.
  var package: String {
    """
    // swift-tools-version: 6.2
    import PackageDescription

    let package = Package(
      name: "\(name)",
      products: [.library(name: "\(type)", targets: ["\(type)"])],
      dependencies: [.package(name: "PETLKit", path: \(petlkit.debugDescription))],
      targets: [
        .target(name: "\(type)", dependencies: [.product(name: "PETL", package: "PETLKit")]),
        .executableTarget(
          name: "\(program)",
          dependencies: [
            "\(type)",
            .product(name: "PETL", package: "PETLKit"),
            .product(name: "PETLCommands", package: "PETLKit"),
            .product(name: "PETLPlugins", package: "PETLKit"),
          ],
          // So that it takes --plugin FILE, too.
          linkerSettings: [.unsafeFlags(["-Xlinker", "-export-dynamic"])]),
        .testTarget(
          name: "\(type)Tests",
          dependencies: ["\(type)", .product(name: "PETLTesting", package: "PETLKit")]),
      ])

    """
  }

  /// `README.md`.
  var readme: String {
    let article = kind == .regularizer ? "A" : "An"
    return """
      # \(name)

      \(article) \(kind.rawValue) for PETLKit. `Sources/\(type)/\(type).swift` is the whole plugin, the test holds it to
      the laws of \(kind.rawValue)s, and `Sources/\(program)/main.swift` is `petl` with all of PETLKit's plugins and this one.

      ```sh
      swift test
      swift run -c release \(program) describe \(name)
      swift run -c release \(program) run recipe.yaml
      ```

      `Package.swift` depends on PETLKit by its folder. The `url:` that it was cloned from works as well. Packages
      with plugins share one build of PETLKit, which takes minutes once and seconds then: add `--scratch-path
      FOLDER` to these commands, the same folder in each package. Another package takes this plugin by the
      library `\(type)`.

      """
  }

  /// `main.swift` of the program: `petl` with this plugin.
  var main: String {
    let imports = ["PETL", "PETLCommands", "PETLPlugins", type].sorted()
    return imports.map { "import \($0)\n" }.joined()
      + "\nPETLTool.main { try .builtIn(\(argument): [\(type).self]) }\n"
  }
}
