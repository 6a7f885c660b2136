extension PluginStarter {
  /// `Package.swift`.
  var package: String {
    """
    // swift-tools-version: 6.2
    import PackageDescription

    let package = Package(
      name: "\(name)",
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
          ]),
        .testTarget(
          name: "\(type)Tests",
          dependencies: ["\(type)", .product(name: "PETLTesting", package: "PETLKit")]),
      ])

    """
  }

  /// `README.md`.
  var readme: String {
    let article = kind == .adapter ? "An" : "A"
    return """
      # \(name)

      \(article) \(kind.rawValue) for PETLKit. `Sources/\(type)/\(type).swift` is the whole plugin, the test holds it to
      the laws of \(kind.rawValue)s, and `Sources/\(program)/main.swift` is `petl` with all of PETLKit's plugins and this one.

      ```sh
      swift test
      swift run -c release \(program) describe \(name)
      swift run -c release \(program) run recipe.yaml
      ```

      `Package.swift` depends on PETLKit by its folder. The `url:` that it was cloned from works as well.

      """
  }

  /// The program: `petl` with this plugin.
  ///
  /// - Parameter argument: of `builtIn` that takes the plugin.
  /// - Returns: `main.swift`.
  func main(_ argument: String) -> String {
    let imports = ["PETL", "PETLCommands", "PETLPlugins", type].sorted()
    return imports.map { "import \($0)\n" }.joined()
      + "\nPETLTool.main { try .builtIn(\(argument): [\(type).self]) }\n"
  }

  /// `recipe.yaml`.
  ///
  /// - Parameter sections: the adapter and the regularizers.
  /// - Returns: a recipe that trains for a minute.
  func recipeText(_ sections: String) -> String {
    """
    # The plugin of this package: swift run -c release \(program) run recipe.yaml
    name: \(name)
    backbone: {weights: embedded:vit-micro, drop_path: 0.1}
    data: {name: digits}
    \(sections)
    optimizer: {learning_rate: 2e-3}
    stages:
      - {name: refine, epochs: 3}
    control: true

    """
  }
}
