import Checkpoints
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
    if let source = adapter.sitePattern {
      return try matching(source, adapter)
    }
    let kinds = Set(map(\.kind))
    let absent = adapter.sites.filter { !kinds.contains($0) }
    if !absent.isEmpty {
      throw DiagnosticError(
        "the network has no site '\(absent.map(\.rawValue).joined(separator: "', '"))'",
        at: adapter.spans.sites ?? adapter.spans.section,
        hints: ["it has \(names(of: kinds).joined(separator: ", "))"])
    }
    let layers = Set(adapter.layers ?? Array<Int>(0..<depth))
    return filter { adapter.sites.contains($0.kind) && layers.contains($0.layer) }
  }

  /// The kinds as recipes name them, in the order of their declaration.
  private func names(of kinds: Set<AdaptationSite.Kind>) -> [String] {
    AdaptationSite.Kind.allCases.filter(kinds.contains).map(\.rawValue)
  }

  /// The sites whose whole names match an expression, among those that the adapter can be attached to.
  private func matching(_ source: String, _ adapter: AdapterRecipe) throws -> [AdaptationSite] {
    let pattern = try placing(at: adapter.spans.sites) { try NamePattern(source) }
    let found = try placing(at: adapter.spans.sites) {
      try filter { try pattern.matches($0.placed(in: nil).name) }
    }
    let layers = adapter.layers.map(Set.init)
    let own = found.filter {
      adapter.sites.contains($0.kind) && layers?.contains($0.layer) ?? true
    }
    guard own.isEmpty else { return own }
    let name = adapter.plugin.descriptor.name
    if let other = found.first(where: { !adapter.sites.contains($0.kind) }) {
      throw DiagnosticError(
        "'adapter.sites' matches sites such as '\(other.name)', to which '\(name)' cannot be attached",
        at: adapter.spans.sites)
    }
    let names = self.filter { adapter.sites.contains($0.kind) }.map(\.name)
    throw DiagnosticError(
      found.isEmpty
        ? "'adapter.sites' is '\(source)', which matches no site of the network"
        : "'adapter.sites' is '\(source)', which matches no site in the layers of 'adapter.layers'",
      at: adapter.spans.sites,
      hints: [
        source.contains(",")
          ? "a list is written [\(source)]"
          : nearestName(to: source, among: names).map { "nearest site: \($0)" }
            ?? "the sites are called \(AdapterRecipe.examples(names))"
      ])
  }
}
