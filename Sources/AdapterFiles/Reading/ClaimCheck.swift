import Backbones
import Checkpoints
import PETL

/// Holds what an adapter's configuration claims against a network: every module that it adapts or saves must
/// be in the file.
struct ClaimCheck {
  let path: String
  let claims: AdapterClaims
  let naming: SiteModules
  /// What stands before the names of modules in the configuration's eyes.
  let wrapper: String
  let layers: BackboneLayers
  /// Whether the network has a head.
  let hasHead: Bool
  /// The modules that the file has, without the wrapper.
  let found: [String]

  /// The most modules that are named in an error.
  static let shown = 8

  /// What is missing, and what an mlx folder would leave alone.
  ///
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  func faults() throws -> [Diagnostic] {
    let maps = maps
    let keys = Set(found)
    let foundKeys = Set(maps.filter { keys.contains($0.own) }.map(\.map.key))
    var (missing, stray): ([String], [String]) = ([], [])
    for (own, map) in maps where !claims.isMLX || !naming.hasStages {
      let isAdapted = try claims.adapts(map, depth: depth, found: foundKeys)
      if isAdapted, !keys.contains(own) { missing.append(own) }
      if !isAdapted, claims.isMLX, keys.contains(own) { stray.append(own) }
    }
    if claims.choosesByName {
      missing += try further.filter { own in
        let map = AdapterClaims.Map(path: wrapper + own, key: own, layer: 0)
        return try !keys.contains(own) && claims.adapts(map, depth: depth, found: foundKeys)
      }
    }
    var faults: [Diagnostic] = []
    if !missing.isEmpty {
      faults.append(
        Diagnostic(
          "\(path): `\(claims.key)` means modules of this network of which the file has no tensors: \(list(missing))",
          hints: [
            "the adapter was not saved whole, or was trained on a smaller network; what lacks tensors would be left as it is"
          ]))
    }
    if claims.isMLX, !stray.isEmpty {
      faults.append(
        Diagnostic(
          "\(path): `num_layers` does not reach \(list(stray)), of which the file has tensors",
          hints: ["mlx counts the adapted layers from the last"]))
    }
    let unsaved = claims.unsaved.filter { isModule($0.name) }
    faults += unsaved.map { module in
      Diagnostic(
        module.isAdded
          ? "\(path): by its `task_type` the adapter saves `\(module.name)`, but there is no tensor of it"
          : "\(path): `modules_to_save` names `\(module.name)`, but there is no tensor of it",
        hints: ["this network has such a module, and the adapter was trained with another"])
    }
    return faults
  }

  /// The names without effect, which PEFT lets pass, too.
  var warnings: [Diagnostic] {
    claims.unsaved.filter { !$0.isAdded && !isModule($0.name) }.map {
      Diagnostic(
        "\(path): `modules_to_save` names `\($0.name)`, which neither this network nor the file has: without effect",
        severity: .warning)
    }
  }

  private var depth: Int { layers.depths.reduce(0, +) }

  /// Every linear map of the network's blocks, as the file would call it and as its configuration sees it.
  private var maps: [(own: String, map: AdapterClaims.Map)] {
    let depths = naming.hasStages ? layers.depths : [depth]
    var maps: [(String, AdapterClaims.Map)] = []
    var before = 0
    for (stage, count) in depths.enumerated() {
      for layer in 0..<count {
        for (kind, key) in naming.maps.sorted(by: { $0.value < $1.value }) {
          let place = SiteModules.Place(map: kind, stage: stage, layer: layer)
          guard let own = naming.path(of: place),
            !layers.sites(at: place, staged: naming.hasStages).isEmpty
          else { continue }
          // PEFT adapts PyTorch's attention together with its output map.
          let isOutput = naming.adaptsAttentionWhole && kind == .site(.output)
          let target = isOutput ? String(own.dropLast(".out_proj".count)) : own
          maps.append((own, .init(path: wrapper + target, key: key, layer: before + layer)))
        }
      }
      before += count
    }
    return maps
  }

  /// The other modules that PEFT can adapt.
  private var further: [String] {
    naming.furtherModules(stages: layers.depths.count)
      + (hasHead && naming.isRooted && naming.hasSameHead ? [naming.head] : [])
  }

  /// Whether a module of the network ends in `name`, as PEFT looks for modules to save.
  private func isModule(_ name: String) -> Bool {
    let depths = naming.hasStages ? layers.depths : [depth]
    let hasHead = hasHead && naming.isRooted && naming.hasSameHead
    return naming.modulePaths(depths: depths).contains { module in
      guard hasHead || module != naming.head else { return false }
      let parts = (wrapper + module).split(separator: ".", omittingEmptySubsequences: false)
      return (1...parts.count).contains { parts[..<$0].joined(separator: ".").hasSuffix(name) }
    }
  }

  private func list(_ modules: [String]) -> String {
    let rest = modules.count - Self.shown
    return modules.prefix(Self.shown).map { "`\(wrapper)\($0)`" }.joined(separator: ", ")
      + (rest > 0 ? " and \(rest) more" : "")
  }
}
