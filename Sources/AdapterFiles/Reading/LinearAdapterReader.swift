import Backbones
import Checkpoints
import PETL

/// Puts the linear maps that an adapter folder names onto the sites of a network.
struct LinearAdapterReader {
  /// The change of one site.
  struct Part {
    let site: AdaptationSite
    let factors: LowRankFactors
    let magnitude: [Float]?
  }

  let path: String
  let format: LoadedAdapter.Format
  let backbone: any AdaptableNetwork
  let registry: PluginRegistry
  /// The names of the one tower to read; nil for all modules.
  var tower: SiteModules?
  /// Whether weights of the network that the file brings are given to it.
  var takesWeights = true
  /// Whether the head is one of a language model, which is read elsewhere.
  var readsTextHead = false

  var names: ModuleNames { ModuleNames(path: path, tower: tower) }

  /// The adapter of a PEFT folder.
  ///
  /// - Throws: `DiagnosticError` naming everything that does not fit the network.
  func load(_ contents: PEFTAdapter) throws -> LoadedAdapter {
    switch contents {
    case .lowRank(let folder): try load(folder)
    case .form(let folder): try load(folder)
    }
  }

  /// The adapter of a folder of low-rank changes.
  ///
  /// - Throws: `DiagnosticError` naming everything that does not fit the network.
  func load(_ folder: PEFTAdapterFolder) throws -> LoadedAdapter {
    var folder = folder
    folder.modules = try own(folder.modules, \.module)
    let wrapper = names.wrapper(of: folder.modules.map(\.module), folder.fullTensors)
    for index in folder.modules.indices {
      folder.modules[index].module.removeFirst(wrapper.count)
    }
    for index in folder.fullTensors.indices {
      folder.fullTensors[index].name.removeFirst(wrapper.count)
    }
    let paths = folder.modules.map(\.module)
    let naming = try names.naming(
      of: paths, tensors: folder.fullTensors.map(\.name), folder.claims.baseClass)
    let layers = BackboneLayers(backbone.sites)
    folder.warnings += names.remarks(on: naming, wrapper: wrapper, folder.claims.baseClass)
    var (parts, faults): ([Part], [Diagnostic]) = ([], [])
    for module in folder.modules where module.module != naming.head {
      try faults.collect {
        parts += try self.parts(of: module, naming, layers, rslora: folder.rslora)
      }
    }
    faults += twice(parts.map(\.site))
    let check = ClaimCheck(
      path: path, claims: folder.claims, naming: naming, wrapper: wrapper, layers: layers,
      hasHead: backbone.pretrainedHead != nil, found: paths)
    let claimed = try faults.collect { try check.faults() } ?? []
    faults += claimed
    folder.warnings += check.warnings
    let own = networkTensors(folder.fullTensors, naming)
    let head = try faults.collect { try self.head(of: folder, naming) } ?? nil
    try faults.append(
      contentsOf: self.faults(of: own, naming)
        + missing(
          folder.claims, naming, wrapper: wrapper, found: folder.fullTensors.map(\.name),
          adapted: paths))
    try faults.throwIfAny()
    let weights = try setWeights(own, naming)
    let order = Dictionary(uniqueKeysWithValues: backbone.sites.enumerated().map { ($1, $0) })
    parts.sort { order[$0.site, default: 0] < order[$1.site, default: 0] }
    let (groups, adapters) = try attach(parts, rslora: folder.rslora, dropout: folder.dropout)
    return loaded(
      naming, groups, adapters, weights, head, folder.baseModel, folder.metadata, folder.warnings)
  }

  func loaded(
    _ naming: SiteModules, _ groups: [AdapterGroup], _ adapters: AdapterSet, _ weights: [String],
    _ head: (weight: Tensor, bias: Tensor)?, _ baseModel: String?, _ metadata: [String: String],
    _ warnings: [Diagnostic]
  ) -> LoadedAdapter {
    LoadedAdapter(
      path: path, format: format, naming: naming, groups: groups, adapters: adapters, head: head,
      backboneWeights: weights, baseModel: baseModel, metadata: metadata, warnings: warnings)
  }

  /// A fault for every site that two modules are.
  func twice(_ sites: [AdaptationSite]) -> [Diagnostic] {
    Dictionary(grouping: sites, by: \.self).filter { $0.value.count > 1 }.keys.map(\.name).sorted()
      .map { Diagnostic("\(path): two modules are the map '\($0)' of this network") }
  }

  /// The modules of the tower, without those of the other.
  ///
  /// - Throws: `DiagnosticError` for every module that is of no tower at all.
  func own<Module>(_ modules: [Module], _ path: (Module) -> String) throws -> [Module] {
    guard let tower else { return modules }
    let others = SiteModules.all.filter { $0.isTower && $0 != tower }
    let stray = modules.map(path).filter { module in
      tower.place(of: module) == nil && !others.contains { $0.place(of: module) != nil }
    }
    guard stray.isEmpty else {
      throw DiagnosticError(
        stray.map { module in
          Diagnostic(
            tower.isTower
              ? "\(self.path): module `\(module)` is of no tower that is known"
              : "\(self.path): `target_modules` means `\(module)`, which is no map of this network's blocks: these alone are adapted here",
            hints: tower.isTower ? [] : ["maps are named as in '\(tower.name)'"])
        })
    }
    return modules.filter { tower.place(of: path($0)) != nil }
  }

  /// The sites of a module.
  ///
  /// - Throws: `DiagnosticError` with the nearest module that the network has.
  func sites(
    _ module: String, _ naming: SiteModules, _ layers: BackboneLayers
  ) throws -> [AdaptationSite] {
    let place = naming.place(of: module)
    let sites = place.map { layers.sites(at: $0, staged: naming.hasStages) } ?? []
    if !sites.isEmpty { return sites }
    let known = naming.modulePaths(depths: layers.depths).filter { naming.place(of: $0) != nil }
    let nearest = nearestName(to: module, among: known).map { ["nearest known: `\($0)`"] } ?? []
    let other = SiteModules.detected(in: [module])
    let hint =
      other == naming
      ? nil : other.map { "it is a map of '\($0.name)'; most here are of '\(naming.name)'" }
    throw DiagnosticError(
      "\(path): module `\(module)` is no linear map of this network (\(layers.depths.reduce(0, +)) layers)",
      hints: hint.map { [$0] } ?? nearest)
  }

  /// The change of each of a module's sites.
  private func parts(
    of module: PEFTLoRA, _ naming: SiteModules, _ layers: BackboneLayers, rslora: Bool
  ) throws -> [Part] {
    let sites = try self.sites(module.module, naming, layers)
    let inputs = sites[0].inputWidth
    let outputs = sites.reduce(0) { $0 + $1.outputWidth }
    guard module.aShape == [module.rank, inputs], module.bShape == [outputs, module.rank] else {
      throw DiagnosticError(
        "\(path): module `\(module.module)` has A \(module.aShape) and B \(module.bShape), expected [\(module.rank), \(inputs)] and [\(outputs), \(module.rank)]",
        hints: [
          "it is '\(sites[0].name)' here; was the adapter trained on a network of other sizes?"
        ]
      )
    }
    func fitting(_ factors: LowRankFactors, _ site: AdaptationSite) -> LowRankFactors {
      // All maps of mlx have the rank that one of them needs.
      format == .mlx ? LinearFactors.fitting(factors, at: site, rslora: rslora) : factors
    }
    guard sites.count == 3 else {
      let factors = fitting(module.factors, sites[0])
      return [Part(site: sites[0], factors: factors, magnitude: module.magnitude)]
    }
    let split = try splitting(module.factors, width: inputs, rslora: rslora)
    return zip(sites, [split.query, split.key, split.value]).enumerated().compactMap {
      index, entry in
      let (site, factors) = entry
      let rows = index * inputs..<(index + 1) * inputs
      let magnitude = module.magnitude.map { Array($0[rows]) }
      if let factors {
        return Part(site: site, factors: fitting(factors, site), magnitude: magnitude)
      }
      // A DoRA may scale rows that it does not turn.
      guard let magnitude, !isUnscaled(magnitude, site) else { return nil }
      let none = LowRankFactors(
        a: module.a, b: .init(repeating: 0, count: inputs * module.rank), rank: module.rank,
        alpha: module.alpha)
      return Part(site: site, factors: none, magnitude: magnitude)
    }
  }

  /// Whether magnitudes are the norms of the frozen rows, up to rounding.
  private func isUnscaled(_ magnitude: [Float], _ site: AdaptationSite) -> Bool {
    guard let map = backbone.map(at: site) else { return false }
    let norms = noGradient { map.weight.squared().sum(over: [1]).sqrt().values }
    return zip(magnitude, norms).allSatisfy { abs($0 - $1) <= 1e-5 * max(abs($1), 1e-20) }
  }
}
