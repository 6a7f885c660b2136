import Backbones
import Checkpoints
import Foundation
import PETL

/// Adapters of linear maps as the modules of a library's network.
struct LinearAdapterWriter {
  let contents: AdapterContents
  let naming: SiteModules
  let layers: BackboneLayers

  init(_ contents: AdapterContents, _ naming: SiteModules) {
    self.contents = contents
    self.naming = naming
    layers = BackboneLayers(contents.backbone.sites)
  }

  /// Every module of the network that has a weight, so that target names match exactly; none of a tower, in
  /// whose model they would match maps of the other tower too: full paths are written then.
  var modulePaths: [String] {
    naming.isTower ? [] : naming.modulePaths(depths: layers.depths) + naming.besideModules
  }

  /// Why the adapters are neither low-rank changes nor of a method with a form of its own, in a sentence; nil
  /// when they are.
  ///
  /// - Parameters:
  ///   - format: The format's name.
  ///   - holdsForms: Whether the format holds more than low-rank changes.
  ///   - holdsWeights: Whether the format holds weights of the network itself.
  /// - Returns: A sentence, or nil.
  func objection(
    _ format: String, holdsForms: Bool = false, holdsWeights: Bool = false
  ) -> String? {
    let trains = !contents.backbone.parameters.isEmpty
    if trains, !holdsWeights {
      return "\(format) holds adapters; this one trains weights of the backbone itself"
    }
    if contents.adapters.entries.isEmpty, !trains {
      return "\(format) needs an adapted linear map, and there is none"
    }
    if naming.hasStages != (layers.depths.count > 1) {
      return "the naming '\(naming.name)' is of another kind of network"
    }
    if holdsWeights, let objection = weights.objection { return objection }
    let attention: Set<AdaptationSite.Kind> = [.query, .key, .value, .output]
    let isInAttention = contents.adapters.entries.contains { attention.contains($0.site.kind) }
    if naming.adaptsAttentionWhole, isInAttention {
      return
        "\(format) adapts the attention of '\(naming.name)' and its output map together, with one rank; write the adapter for another naming"
    }
    if holdsForms, let method { return objection(of: method, format) }
    var (scaled, plain) = (false, false)
    for entry in contents.adapters.entries {
      let (type, site) = (type(of: entry.adapter).descriptor.name, entry.site.name)
      let isScaled = entry.adapter is any RowScaling
      guard entry.site.kind.isLinear, entry.placement == .parallel else {
        return "\(format) changes single linear maps; '\(type)' at '\(site)' does something else"
      }
      guard entry.adapter.mergedBias() == nil else {
        return "\(format) adds no bias to a map; '\(type)' at '\(site)' does"
      }
      guard isScaled || (entry.adapter as? any SubspaceDecomposable)?.linearFactors() != nil else {
        return "\(format) adds a product of two factors; '\(type)' at '\(site)' is not one"
      }
      (scaled, plain) = (scaled || isScaled, plain || !isScaled)
    }
    return scaled && plain
      ? "\(format) makes all maps of a folder LoRAs or all DoRAs; here are both" : nil
  }

  /// The contents as a folder of low-rank changes.
  ///
  /// - Throws: `DiagnosticError` if parts of a fused map cannot be one.
  func folder() throws -> PEFTAdapterFolder {
    var byLayer: [Int: [AdaptationSite.Kind: AdapterSet.Entry]] = [:]
    for entry in contents.adapters.entries {
      byLayer[entry.site.layer, default: [:]][entry.site.kind] = entry
    }
    let modules = try byLayer.sorted { $0.key < $1.key }.flatMap { layer, entries in
      try self.modules(layer, entries)
    }
    var folder = PEFTAdapterFolder(
      modules: modules, fullTensors: head + weights.tensors, baseModel: contents.baseModel,
      rslora: isRankStabilised,
      dropout: dropout, metadata: contents.metadata)
    folder.claims = AdapterClaims(baseClass: naming.classOfBareTower)
    folder.bias = weights.bias
    folder.task = naming.task(hasHead: contents.textHead != nil)
    return folder
  }

  /// The weights of the network that were trained.
  var weights: WrittenWeights {
    let projections: [AdaptationSite.Kind] = [.query, .key, .value]
    let adapted = contents.adapters.entries.map(\.site).filter(\.kind.isLinear).map { site in
      naming.isFused && projections.contains(site.kind)
        ? path(.fused, site.layer) : path(.site(site.kind), site.layer)
    }
    return WrittenWeights(
      contents, naming, adapted: Set(adapted),
      holdsBiases: method?.peftForm.keys.contains { $0.name == "bias" } ?? true)
  }

  /// Whether all groups' scales are alpha / √rank, so that the folder can say it so, too.
  private var isRankStabilised: Bool {
    let groups = contents.groups
    return !groups.isEmpty
      && groups.allSatisfy { group in
        group.options.first { $0.key == "rslora" }?.value.booleanValue == true
      }
  }

  /// The dropout of the options, where all groups have the same.
  private var dropout: Double {
    let found = contents.groups.map { group in
      group.options.first { $0.key == "dropout" }?.value.numberValue ?? 0
    }
    return Set(found).count == 1 ? found[0] : 0
  }

  var head: [PEFTAdapterFolder.FullTensor] {
    if let head = contents.textHead { return head.named(naming) }
    guard let head = contents.head else { return [] }
    return [("weight", head.weight), ("bias", head.bias)].map {
      .init(name: "\(naming.head).\($0)", shape: $1.shape, values: $1.values)
    }
  }

  /// The modules of one layer.
  private func modules(
    _ layer: Int, _ entries: [AdaptationSite.Kind: AdapterSet.Entry]
  ) throws -> [PEFTLoRA] {
    let projections: [AdaptationSite.Kind] = [.query, .key, .value]
    let rslora = isRankStabilised
    var modules: [PEFTLoRA] = []
    let fused = naming.isFused ? projections.compactMap { entries[$0] } : []
    if let first = fused.first {
      let width = first.site.inputWidth
      let parts = projections.map { kind in entries[kind].map { LinearChange($0, rslora: rslora) } }
      let factors = try peftBlockLoRA(
        query: parts[0]?.factors, key: parts[1]?.factors, value: parts[2]?.factors, width: width,
        rslora: rslora)
      modules.append(
        PEFTLoRA(
          module: path(.fused, layer), factors: factors, inputs: width,
          magnitude: parts.contains { $0?.magnitude != nil }
            ? zip(projections, parts).flatMap { $1?.magnitude ?? norms($0, layer) } : nil))
    }
    let single: [AdaptationSite.Kind] =
      (naming.isFused ? [] : projections) + [.output, .gate, .fc1, .fc2]
    for kind in single {
      guard let entry = entries[kind] else { continue }
      let change = LinearChange(entry, rslora: rslora)
      modules.append(
        PEFTLoRA(
          module: path(.site(kind), layer), factors: change.factors,
          inputs: entry.site.inputWidth, magnitude: change.magnitude))
    }
    return modules
  }

  func path(_ map: SiteModules.MapKind, _ layer: Int) -> String {
    naming.path(of: layers.place(map, layer: layer, staged: naming.hasStages)) ?? ""
  }

  /// The norms of the rows of a frozen map: DoRA's magnitudes where nothing is changed.
  private func norms(_ kind: AdaptationSite.Kind, _ layer: Int) -> [Float] {
    let site = contents.backbone.sites.first { $0.kind == kind && $0.layer == layer }
    guard let site, let map = contents.backbone.map(at: site) else { return [] }
    return noGradient { map.weight.squared().sum(over: [1]).sqrt().values }
  }
}
