import Backbones
import PETL
import Recipes

/// Where the adapter of a recipe is attached in a network, and which of the network's own weights are trained.
package struct TrainedPlaces {
  /// The sites; without those whose map, norm or embedding is trained whole.
  package let sites: [AdaptationSite]
  /// How many sites the recipe chose.
  package let chosen: Int
  /// The weights that are trained, in the order of the network.
  package let weights: [BackboneWeight]
  /// The names of `modules_to_save` that no module of the network has.
  private let unmatched: [String]
  /// The names of modules that there are, for hints.
  private let modules: [String]
  private let names: Set<String>
  /// Whether nothing that is adapted has a bias.
  private let hasNoAdaptedBias: Bool

  /// Works out the places in a network that is alone, or in one tower.
  ///
  /// - Parameters:
  ///   - adapter: Of a recipe; nil for none.
  ///   - sites: Those that the recipe chooses.
  ///   - all: All weights of the network.
  /// - Throws: `DiagnosticError` when the options of a method that trains weights do not go together.
  package init(
    _ adapter: AdapterRecipe?, sites: [AdaptationSite], of all: [BackboneWeight]
  ) throws {
    let saved = adapter?.modulesToSave ?? []
    let own = try adapter?.trainedWeights()
    let modules = Set(all.flatMap { Self.modules(of: $0.name) })
    let whole = Set(
      all.map(\.name).filter { name in
        (Self.modules(of: name) + [name]).contains { path in
          saved.contains { path == $0 || path.hasSuffix(".\($0)") }
        }
      })
    let owners = WeightOwners(all)
    let kept = sites.filter { site in
      owners.module(of: site).map { !whole.contains("\($0).weight") } ?? true
    }
    let adapted = Set(kept.compactMap { owners.module(of: $0).map { "\($0).bias" } })
    weights = all.filter { weight in
      if whole.contains(weight.name) || own?(weight) == true { return true }
      return switch adapter?.bias ?? .none {
      case .none: false
      case .adapted: adapted.contains(weight.name)
      case .all: weight.name.contains("bias")
      }
    }
    names = Set(weights.map(\.name))
    hasNoAdaptedBias = !all.contains { adapted.contains($0.name) }
    (self.sites, chosen) = (kept, sites.count)
    self.modules = modules.sorted()
    unmatched = saved.filter { name in
      !(modules.union(all.map(\.name))).contains { $0 == name || $0.hasSuffix(".\(name)") }
    }
  }

  /// How many numbers are trained of the network's own.
  package var count: Int { weights.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  /// Whether a weight is trained.
  package func trains(_ weight: BackboneWeight) -> Bool { names.contains(weight.name) }

  /// The modules around a weight, `blocks.3.attn.qkv` and the shorter ones.
  private static func modules(of name: String) -> [String] {
    let parts = name.split(separator: ".")
    return (1..<max(1, parts.count)).map { parts.prefix($0).joined(separator: ".") }
  }

  /// Refuses names of modules that no network has, biases where none are, and adapters that have nowhere left
  /// to be.
  ///
  /// - Parameters:
  ///   - adapter: Of a recipe.
  ///   - places: In each network.
  ///   - hasHead: Whether there is a head, which is trained whatever the recipe says.
  /// - Throws: `DiagnosticError` with everything that is wrong.
  package static func check(
    _ adapter: AdapterRecipe, _ places: [TrainedPlaces], hasHead: Bool
  ) throws {
    var problems: [Diagnostic] = []
    for name in adapter.modulesToSave where places.allSatisfy({ $0.unmatched.contains(name) }) {
      if hasHead, name == "head" { continue }
      let known = places.flatMap(\.modules)
      let ends = Set(
        known.flatMap { path in [path, path.split(separator: ".").last.map(String.init) ?? path] }
      )
      .filter { Int($0) == nil }
      let nearest = nearestName(to: name, among: ends.sorted()).map { "nearest module: \($0)" }
      problems.append(
        Diagnostic(
          "the network has no module '\(name)'", at: adapter.spans.modules,
          hints: [
            nearest ?? (hasHead ? "modules have timm's names; the head is always trained" : nil)
          ].compactMap { $0 }))
    }
    let left = places.reduce(0) { $0 + $1.sites.count }
    if left == 0, places.contains(where: { $0.chosen > 0 }) {
      problems.append(
        Diagnostic(
          "'adapter.modules_to_save' trains every map whole that the adapter is attached to",
          at: adapter.spans.modules, hints: ["choose other sites, or fewer modules"]))
    } else if adapter.bias == .adapted, places.allSatisfy(\.hasNoAdaptedBias) {
      problems.append(
        Diagnostic(
          "'adapter.bias' is lora_only, and nothing that is adapted has a bias",
          at: adapter.spans.bias, hints: ["choose all or none, or other sites"]))
    }
    try problems.throwIfAny()
  }

}

/// The modules of a network that its sites are, by timm's names.
struct WeightOwners {
  /// What the names of each layer begin with.
  private let blocks: [String]
  private let norm: String
  /// Whether query, key and value are one map.
  private let isFused: Bool

  /// Looks at the weights of a network, all of them.
  init(_ weights: [BackboneWeight]) {
    let names = weights.map(\.name)
    isFused = names.contains { $0.hasSuffix(".attn.qkv.weight") }
    let end = isFused ? ".attn.qkv.weight" : ".attn.q.weight"
    blocks = names.filter { $0.hasSuffix(end) }.map { String($0.dropLast(end.count)) }
    norm = weights.contains { $0.name == "fc_norm.weight" } ? "fc_norm" : "norm"
  }

  /// The module of a linear map, norm or embedding; nil of any other site.
  func module(of site: AdaptationSite) -> String? {
    let tail =
      switch site.kind {
      case .query: isFused ? "attn.qkv" : "attn.q"
      case .key: isFused ? "attn.qkv" : "attn.k"
      case .value: isFused ? "attn.qkv" : "attn.v"
      case .output: "attn.proj"
      case .fc1: "mlp.fc1"
      case .fc2: "mlp.fc2"
      case .norm1: "norm1"
      case .norm2: "norm2"
      case .norm: norm
      case .embedding: "patch_embed.proj"
      case .gate: "mlp.gate"
      case .attention, .mlp, .tokens: ""
      }
    if site.kind.isOfNetwork { return tail }
    return tail.isEmpty || !blocks.indices.contains(site.layer)
      ? nil : "\(blocks[site.layer]).\(tail)"
  }
}
