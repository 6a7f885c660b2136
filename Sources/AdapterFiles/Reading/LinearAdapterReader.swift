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
  let backbone: any Backbone
  let registry: PluginRegistry
  /// The names of the one tower to read; nil for all modules.
  var tower: SiteModules?

  /// The adapter of a folder of low-rank changes.
  ///
  /// - Throws: `DiagnosticError` naming everything that does not fit the network.
  func load(_ folder: PEFTAdapterFolder) throws -> LoadedAdapter {
    var folder = folder
    folder.modules = try own(folder.modules, \.module)
    let wrapper = wrapper(of: folder.modules.map(\.module), folder.fullTensors)
    for index in folder.modules.indices {
      folder.modules[index].module.removeFirst(wrapper.count)
    }
    for index in folder.fullTensors.indices {
      folder.fullTensors[index].name.removeFirst(wrapper.count)
    }
    let paths = folder.modules.map(\.module)
    let naming = try naming(of: paths, folder.claims.baseClass)
    let layers = BackboneLayers(backbone.sites)
    folder.warnings += remarks(on: naming, wrapper: wrapper, folder.claims.baseClass)
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
    var head = try faults.collect { try self.head(folder.fullTensors, naming) } ?? nil
    if let change = folder.modules.first(where: { $0.module == naming.head }) {
      head = try faults.collect { try self.head(changedBy: change, rslora: folder.rslora) }
    }
    try faults.throwIfAny()
    let order = Dictionary(uniqueKeysWithValues: backbone.sites.enumerated().map { ($1, $0) })
    parts.sort { order[$0.site, default: 0] < order[$1.site, default: 0] }
    let (groups, adapters) = try attach(parts, rslora: folder.rslora, dropout: folder.dropout)
    return loaded(
      naming, groups, adapters, head, folder.baseModel, folder.metadata, folder.warnings)
  }

  func loaded(
    _ naming: SiteModules, _ groups: [AdapterGroup], _ adapters: AdapterSet,
    _ head: (weight: Tensor, bias: Tensor)?, _ baseModel: String?, _ metadata: [String: String],
    _ warnings: [Diagnostic]
  ) -> LoadedAdapter {
    LoadedAdapter(
      path: path, format: format, naming: naming, groups: groups, adapters: adapters, head: head,
      backboneWeights: [], baseModel: baseModel, metadata: metadata, warnings: warnings)
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
        stray.map { Diagnostic("\(self.path): module `\($0)` is of no tower that is known") })
    }
    return modules.filter { tower.place(of: path($0)) != nil }
  }

  /// How the modules are named.
  ///
  /// - Throws: `DiagnosticError` when none of them has a name that is known, or they are of the other tower.
  func naming(of modules: [String], _ baseClass: String?) throws -> SiteModules {
    if let tower, !modules.isEmpty { return tower }
    let known = "known namings: \(SiteModules.all.map(\.name).joined(separator: ", "))"
    guard tower == nil else {
      throw DiagnosticError(
        "\(path): no module of it is in the tower '\(tower?.name ?? "")'", hints: [known])
    }
    let text = SiteModules.detected(inTextTower: modules)
    guard let naming = SiteModules.detected(inImageNetwork: modules, baseClass: baseClass) else {
      if let text { throw ofTextTower("its modules, such as `\(modules[0])`,", text.name) }
      throw DiagnosticError(
        "\(path): no module is named as in a network that is known, such as `\(modules.first ?? "")`",
        hints: [known])
    }
    if naming.isTower, !naming.isRooted, let baseClass, baseClass.contains("Text") {
      throw ofTextTower("the network that it was trained on, a \(baseClass),", naming.name)
    }
    return naming
  }

  /// The error that an adapter is of the text tower.
  private func ofTextTower(_ what: String, _ name: String) -> DiagnosticError {
    let isOne = what.hasPrefix("the network")
    return DiagnosticError(
      isOne
        ? "\(path): \(what) is a text tower, and this is the network of an image tower"
        : "\(path): \(what) are of a text tower ('\(name)'), and this is the network of an image tower",
      hints: ["petl evaluate reads both towers of a run of retrieval"])
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

  /// The head that came with the weights, changed by a LoRA of its own (`all-linear` over a timm model).
  ///
  /// - Throws: `DiagnosticError` when there is no such head, or it has other sizes.
  private func head(
    changedBy module: PEFTLoRA, rslora: Bool
  ) throws -> (weight: Tensor, bias: Tensor) {
    guard let head = backbone.pretrainedHead, module.magnitude == nil,
      [module.bShape[0], module.aShape[1]] == head.weight.shape
    else {
      let found = backbone.pretrainedHead.map { "\($0.weight.shape)" } ?? "none"
      throw DiagnosticError(
        "\(path): the head `\(module.module)` is changed by a \(module.magnitude == nil ? "LoRA" : "DoRA") \(module.bShape[0]) × \(module.aShape[1]); the weights' own head is \(found)",
        hints: ["give the weights that the adapter was trained on, with their head"])
    }
    return noGradient {
      let (a, b) = (
        Tensor(module.a, shape: module.aShape), Tensor(module.b, shape: module.bShape)
      )
      let change = b.matmul(a).scaled(by: Float(module.scaling(rslora: rslora)))
      return (head.weight + change, head.bias)
    }
  }

  /// The head among the tensors that were saved whole.
  ///
  /// - Throws: `DiagnosticError` for every other tensor, and a head of another width.
  func head(
    _ tensors: [PEFTAdapterFolder.FullTensor], _ naming: SiteModules
  ) throws -> (weight: Tensor, bias: Tensor)? {
    var faults: [Diagnostic] = []
    let (weightName, biasName) = ("\(naming.head).weight", "\(naming.head).bias")
    for tensor in tensors where tensor.name != weightName && tensor.name != biasName {
      faults.append(
        Diagnostic(
          "\(path): tensor `\(tensor.name)` was trained whole, only the head `\(naming.head)` can be",
          hints: ["merge the adapter in Python, and give the merged weights"]))
    }
    try faults.throwIfAny()
    if format == .peft, !naming.hasSameHead, !tensors.isEmpty {
      let theirs =
        naming.isTower
        ? "the mean of the patches" : "the class token beside the mean of the patches"
      throw DiagnosticError(
        "\(path): the head `\(naming.head)` of '\(naming.name)' is on \(theirs), not on the class token",
        hints: ["leave the head out of the adapter, and give one with the weights"])
    }
    guard let weight = tensors.first(where: { $0.name == weightName }) else {
      guard tensors.isEmpty else {
        throw DiagnosticError("\(path): there is `\(biasName)`, but no `\(weightName)`")
      }
      return nil
    }
    guard weight.shape.count == 2, weight.shape[0] > 0, weight.shape[1] == backbone.width else {
      throw DiagnosticError(
        "\(path): tensor `\(weightName)` has shape \(weight.shape), expected [classes, \(backbone.width)]"
      )
    }
    let classes = weight.shape[0]
    let bias = tensors.first { $0.name == biasName }
    guard bias == nil || bias?.shape == [classes] else {
      throw DiagnosticError(
        "\(path): tensor `\(biasName)` has shape \(bias?.shape ?? []), expected [\(classes)]")
    }
    return (
      Tensor(weight.values, shape: weight.shape),
      bias.map { Tensor($0.values) } ?? .zeros([classes])
    )
  }
}
