import Foundation
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

/// What docs/regularizers.md says of the plugins.
struct RegularizerPageTests {
  /// The cells of the rows whose first cell is a name in code.
  private func rows() throws -> [[String]] {
    try Checkout.text("docs/regularizers.md").split(separator: "\n")
      .filter { $0.hasPrefix("| `") }
      .map { row in
        row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      }
  }

  private static let files = [
    "keep": "Keep", "o-lora": "OLoRA", "clora": "CLoRA", "delta-norm": "DeltaNorm",
    "intruder": "Intruder", "resora-across": "ReSoRAAcross", "log-det": "LogDet",
    "orthogonal": "Orthogonal",
  ]

  @Test func linesAreCounted() throws {
    let counted = try rows().filter { $0.count == 5 }
    #expect(counted.count == Self.files.count)
    for row in counted {
      let name = row[0].filter { $0 != "`" }
      let file = try #require(Self.files[name], "\(name)")
      let text = try Checkout.text("Plugins/Regularizers/\(file).swift")
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
      #expect(row[4] == "\(lines)", "\(name)")
      #expect(lines < 100, "\(name)")
    }
  }

  @Test func linesOfRecipesCanBeRead() throws {
    let registry = try PluginRegistry.builtIn()
    let lines = try rows().filter { $0.count == 3 && $0[2].hasPrefix("`{type:") }
    #expect(lines.count == Self.files.count)
    for row in lines {
      let line = row[2].filter { $0 != "`" }
      let text = """
        backbone: {weights: w}
        data: {name: digits}
        adapter: {type: lora}
        regularizers: [\(line)]
        """
      let recipe = try Recipe(text: text, registry: registry)
      let name = try #require(recipe.regularizers.first?.plugin.descriptor.name)
      #expect(row[0] == "`\(name)`")
    }
  }
}
