import PETL
import Recipes

extension [AdaptationSite] {
  /// The sites of a network that an adapter is attached to.
  ///
  /// - Parameter adapter: of a recipe; nil for none.
  /// - Returns: the sites in the order of the network.
  /// - Throws: `DiagnosticError` when the network has not all of its layers or kinds of sites.
  package func selected(by adapter: AdapterRecipe?) throws -> [AdaptationSite] {
    guard let adapter else { return [] }
    let depth = (map(\.layer).max() ?? -1) + 1
    let missing = (adapter.layers ?? []).filter { $0 >= depth }
    if !missing.isEmpty {
      throw DiagnosticError(
        "there is no layer \(missing.map(String.init).joined(separator: ", "))",
        at: adapter.spans.layers, hints: ["the network has layers 0 to \(depth - 1)"])
    }
    let kinds = Set(map(\.kind))
    let absent = adapter.sites.filter { !kinds.contains($0) }
    if !absent.isEmpty {
      throw DiagnosticError(
        "the network has no site '\(absent.map(\.rawValue).joined(separator: "', '"))'",
        at: adapter.spans.sites ?? adapter.spans.section,
        hints: ["a Swin Transformer takes no prompts"])
    }
    let layers = Set(adapter.layers ?? Array<Int>(0..<depth))
    return filter { adapter.sites.contains($0.kind) && layers.contains($0.layer) }
  }
}
