import Backbones
import Checkpoints
import PETL

extension LinearAdapterReader {
  /// Makes the adapters of the parts, `dora` with magnitudes and else `lora`, and gives them their
  /// values.
  ///
  /// - Throws: `DiagnosticError` if the plugins are missing or refuse the options.
  func attach(
    _ parts: [Part], rslora: Bool, dropout: Double
  ) throws -> (groups: [AdapterGroup], adapters: AdapterSet) {
    var groups: [AdapterGroup] = []
    var places: [String: Int] = [:]
    for part in parts {
      let type = part.magnitude == nil ? "lora" : "dora"
      let options = [
        ("rank", "\(part.factors.rank)"), ("alpha", "\(part.factors.alpha)"),
        ("rslora", "\(rslora)"), ("dropout", "\(dropout)"),
      ]
      let key = type + options.map { "\($0.1) " }.joined()
      if let place = places[key] {
        groups[place].sites.append(part.site.name)
      } else {
        places[key] = groups.count
        groups.append(AdapterGroup(type: type, options: options, sites: [part.site.name]))
      }
    }
    let entries = try groups.flatMap {
      try $0.entries(on: backbone.sites, registry, place: path)
    }
    let bySite = Dictionary(uniqueKeysWithValues: entries.map { ($0.site, $0) })
    let adapters = AdapterSet(parts.compactMap { bySite[$0.site] })
    backbone.bind(adapters)
    for part in parts {
      guard let adapter = bySite[part.site]?.adapter else { continue }
      let rank = part.factors.rank
      let b = noGradient {
        Tensor(part.factors.b, shape: [part.site.outputWidth, rank]).transposed().values
      }
      try set("lora_A", of: adapter, [rank, part.site.inputWidth], part.factors.a)
      try set("lora_B", of: adapter, [rank, part.site.outputWidth], b)
      if let magnitude = part.magnitude {
        try set("magnitude", of: adapter, [part.site.outputWidth], magnitude)
      }
    }
    return (groups, adapters)
  }

  /// Gives a parameter its values.
  ///
  /// - Throws: `DiagnosticError` when the registry's plugin has no such parameter.
  func set(
    _ name: String, of adapter: any Adapter, _ shape: [Int], _ values: [Float]
  ) throws {
    guard let parameter = adapter.parameters.first(where: { $0.name == name }),
      parameter.value.shape == shape
    else {
      let type = type(of: adapter).descriptor.name
      throw DiagnosticError(
        "\(path): adapter '\(type)' has no parameter '\(name)' of shape \(shape)",
        hints: ["folders of PEFT and mlx are read by the plugins lora, dora and vera of petl"])
    }
    parameter.update(to: values)
  }

  /// The adapter of a VeRA folder: `vera` on maps of their own, and the LoRA that it equals on fused ones,
  /// whose key and value rows take other rows of B than a site of its own would.
  ///
  /// - Throws: `DiagnosticError` naming everything that does not fit the network.
  func load(_ vera: PEFTVeRA) throws -> LoadedAdapter {
    var vera = vera
    vera.modules = try own(vera.modules, \.module)
    let wrapper = wrapper(of: vera.modules.map(\.module), vera.fullTensors)
    for index in vera.modules.indices { vera.modules[index].module.removeFirst(wrapper.count) }
    for index in vera.fullTensors.indices {
      vera.fullTensors[index].name.removeFirst(wrapper.count)
    }
    let paths = vera.modules.map(\.module)
    let naming = try naming(of: paths, vera.claims.baseClass)
    let layers = BackboneLayers(backbone.sites)
    vera.warnings += remarks(on: naming, wrapper: wrapper, vera.claims.baseClass)
    var (modules, faults): ([(site: AdaptationSite, module: PEFTVeRA.Module)], [Diagnostic]) = (
      [], []
    )
    var linear: [PEFTLoRA] = []
    for module in vera.modules {
      let found = try noting(&faults) { try sites(module.module, naming, layers) }
      guard let sites = found else { continue }
      let (inputs, outputs) = (sites[0].inputWidth, sites.reduce(0) { $0 + $1.outputWidth })
      guard module.b.count == outputs, vera.inputs >= inputs else {
        faults.append(
          Diagnostic(
            "\(path): module `\(module.module)` has \(module.b.count) outputs and at most \(vera.inputs) inputs, expected \(outputs) and \(inputs)",
            hints: ["it is '\(sites[0].name)' here"]))
        continue
      }
      if sites.count == 1 { modules.append((sites[0], module)) }
      linear.append(
        PEFTLoRA(
          module: module.module, factors: vera.factors(of: module, inputs: inputs), inputs: inputs))
    }
    let check = ClaimCheck(
      path: path, claims: vera.claims, naming: naming, wrapper: wrapper, layers: layers,
      hasHead: backbone.pretrainedHead != nil, found: paths)
    faults += try noting(&faults) { try check.faults() } ?? []
    vera.warnings += check.warnings
    let head = try noting(&faults) { try self.head(vera.fullTensors, naming) }
    guard faults.isEmpty else { throw DiagnosticError(faults) }
    guard modules.count == vera.modules.count else {
      var folder = PEFTAdapterFolder(
        modules: linear, fullTensors: vera.fullTensors, baseModel: vera.baseModel,
        dropout: vera.dropout, metadata: vera.metadata)
      folder.warnings = vera.warnings
      return try load(folder)
    }
    let order = Dictionary(uniqueKeysWithValues: backbone.sites.enumerated().map { ($1, $0) })
    modules.sort { order[$0.site, default: 0] < order[$1.site, default: 0] }
    let group = AdapterGroup(
      type: "vera",
      options: [
        ("rank", "\(vera.rank)"), ("start", "\(vera.start)"), ("dropout", "\(vera.dropout)"),
      ], sites: modules.map(\.site.name))
    let adapters = AdapterSet(try group.entries(on: backbone.sites, registry, place: path))
    for (entry, (site, module)) in zip(adapters.entries, modules) {
      try set("vera_lambda_d", of: entry.adapter, [vera.rank], module.d)
      try set("vera_lambda_b", of: entry.adapter, [site.outputWidth], module.b)
    }
    if let first = adapters.entries.first {
      let inputs = modules.map(\.site.inputWidth).max() ?? 0
      let outputs = modules.map(\.site.outputWidth).max() ?? 0
      let rank = vera.rank
      try set(
        "vera_A", of: first.adapter, [rank, inputs],
        (0..<rank * inputs).map { vera.a[$0 / inputs * vera.inputs + $0 % inputs] })
      try set(
        "vera_B", of: first.adapter, [rank, outputs],
        (0..<rank * outputs).map { vera.b[$0 % outputs * rank + $0 / outputs] })
    }
    return loaded(
      naming, [group], adapters, head ?? nil, vera.baseModel, vera.metadata, vera.warnings)
  }
}
