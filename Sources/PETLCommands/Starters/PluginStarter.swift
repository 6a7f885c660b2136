import Checkpoints
import Foundation
import PETL

/// A package to start a plugin from: the plugin, a test that holds it to the laws, a `petl` that knows
/// it, a recipe.
struct PluginStarter {
  /// What the plugin is.
  enum Kind: String, CaseIterable {
    case adapter, regularizer, optimizer
  }

  /// The name in a recipe's `type:`, such as `my-adapter`.
  let name: String
  /// The name of its type and module, such as `MyAdapter`.
  let type: String
  let kind: Kind
  /// The folder of PETLKit.
  let petlkit: String

  /// Checks a name.
  ///
  /// - Throws: `DiagnosticError` when it is not one of a plugin, or is taken.
  init(name: String, kind: Kind, petlkit: String, registry: PluginRegistry) throws {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    let isName = parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) }
    }
    guard isName, name.first?.isLetter == true, name.count <= 60 else {
      throw DiagnosticError(
        "'\(name)' is not the name of a plugin",
        hints: ["expected small letters, digits and single hyphens, such as my-\(kind.rawValue)"])
    }
    let known =
      registry.adapters.map(\.descriptor.name) + registry.regularizers.map(\.descriptor.name)
    guard !known.contains(name) else {
      throw DiagnosticError(
        "there is a plugin '\(name)' already",
        hints: ["choose another name, such as my-\(name); petl list shows the taken ones"])
    }
    type = parts.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    guard !Self.taken.contains(type.lowercased()) else {
      throw DiagnosticError(
        "a type named \(type) would hide one that plugins use",
        hints: ["choose another name, such as my-\(name)"])
    }
    self.name = name
    self.kind = kind
    self.petlkit = petlkit
  }

  /// Types and modules that a plugin's own must not be called, in small letters.
  private static let taken: Set<String> = [
    "adapter", "any", "array", "backbones", "bool", "checkpoints", "datasets", "double", "float",
    "foundation", "int", "never", "optional", "optionreader", "parameter", "petl", "petlcommands",
    "petlplugins", "petltesting", "petltool", "placement", "pluginoptions", "protocol", "recipes",
    "self", "string", "subspaces", "swift", "tensor", "tensors", "testing", "training", "type",
    "void",
  ]

  /// The program of the package.
  var program: String { "petl-\(name)" }

  /// The files of the package, by their paths inside it.
  var files: [(path: String, text: String)] {
    [
      ("Package.swift", package), ("README.md", readme), (".gitignore", ".build/\nruns/\n"),
      ("Sources/\(type)/\(type).swift", source),
      ("Sources/\(program)/main.swift", main),
      ("Tests/\(type)Tests/ConformanceTests.swift", test),
      (
        "recipe.yaml",
        recipeText("The plugin of this package: swift run -c release \(program) run recipe.yaml")
      ),
    ]
  }

  /// Writes the package: all of it or nothing.
  ///
  /// - Throws: `DiagnosticError` when the folder is taken or cannot be made.
  func write(to folder: String) throws {
    let files = FileManager.default
    let place = URL(fileURLWithPath: folder)
    if files.fileExists(atPath: folder) {
      throw DiagnosticError(
        "\(folder): there is such a file or folder already", hints: ["choose another --output"])
    }
    let parent = place.deletingLastPathComponent()
    let draft = parent.appendingPathComponent(".petl-\(UUID().uuidString).tmp")
    do {
      try files.createDirectory(at: parent, withIntermediateDirectories: true)
      for (path, text) in self.files {
        let file = draft.appendingPathComponent(path)
        try files.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      try files.moveItem(at: draft, to: place)
    } catch {
      try? files.removeItem(at: draft)
      throw DiagnosticError(
        "\(folder): the folder cannot be made: \(systemReason(of: error))",
        hints: ["choose another --output"])
    }
  }
}
