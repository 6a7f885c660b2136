import Backbones
import Checkpoints
import PETL

extension LinearAdapterReader {
  /// The adapter of a folder whose form a plugin gives.
  ///
  /// A library's one map for query, key and value comes apart by rows, or makes all maps the LoRAs that they
  /// equal, as the form says.
  ///
  /// - Throws: `DiagnosticError` naming everything that does not fit the network.
  func load(_ folder: PEFTFolder) throws -> LoadedAdapter {
    var folder = folder
    folder.maps = try own(folder.maps, \.module)
    let wrapper = wrapper(of: folder.maps.map(\.module), folder.fullTensors)
    for index in folder.maps.indices { folder.maps[index].module.removeFirst(wrapper.count) }
    for index in folder.fullTensors.indices {
      folder.fullTensors[index].name.removeFirst(wrapper.count)
    }
    let paths = folder.maps.map(\.module)
    let naming = try naming(of: paths, folder.claims.baseClass)
    let layers = BackboneLayers(backbone.sites)
    folder.warnings += remarks(on: naming, wrapper: wrapper, folder.claims.baseClass)
    var (parts, faults): ([SiteTensors], [Diagnostic]) = ([], [])
    var linear: [PEFTLoRA] = []
    var isFused = false
    for map in folder.maps {
      let found = try faults.collect { () -> [AdaptationSite] in
        let sites = try self.sites(map.module, naming, layers)
        try requireLengths(map, of: folder, sites)
        return sites
      }
      guard let sites = found else { continue }
      isFused = isFused || sites.count > 1
      if case .asLoRA = folder.form.fused {
        linear += try faults.collect { try low(map, of: folder, sites[0]) }.map { [$0] } ?? []
      }
      parts += self.parts(of: map, of: folder, sites)
    }
    faults += twice(parts.map(\.site))
    let check = ClaimCheck(
      path: path, claims: folder.claims, naming: naming, wrapper: wrapper, layers: layers,
      hasHead: backbone.pretrainedHead != nil, found: paths)
    let claimed = try faults.collect { try check.faults() } ?? []
    faults += claimed
    folder.warnings += check.warnings
    let head = try faults.collect { try self.head(folder.fullTensors, naming) } ?? nil
    try faults.throwIfAny()
    if isFused, case .asLoRA = folder.form.fused {
      var whole = PEFTAdapterFolder(
        modules: linear, fullTensors: folder.fullTensors, baseModel: folder.baseModel,
        dropout: dropout(of: folder), metadata: folder.metadata)
      whole.warnings = folder.warnings
      return try load(whole)
    }
    let order = Dictionary(uniqueKeysWithValues: backbone.sites.enumerated().map { ($1, $0) })
    parts.sort { order[$0.site, default: 0] < order[$1.site, default: 0] }
    let (groups, adapters) = try attach(parts)
    return loaded(
      naming, groups, adapters, head, folder.baseModel, folder.metadata, folder.warnings)
  }

  /// The setting that is the adapter's option `dropout`; 0 without one.
  private func dropout(of folder: PEFTFolder) -> Double {
    folder.form.options(folder.settings).first { $0.name == "dropout" }?.value.double ?? 0
  }

  /// Holds the lengths of a map's tensors against its sites.
  ///
  /// - Throws: `DiagnosticError` with the lengths that are expected.
  private func requireLengths(
    _ map: PEFTFolder.Map, of folder: PEFTFolder, _ sites: [AdaptationSite]
  ) throws {
    let own = folder.lengths(of: map)
    let outputs = sites.reduce(0) { $0 + $1.outputWidth }
    var (found, expected, isWrong): ([String], [String], Bool) = ([], [], false)
    for (length, most, wanted, word) in [
      (own.outputs, folder.mostOutputs, outputs, "outputs"),
      (own.inputs, folder.mostInputs, sites[0].inputWidth, "inputs"),
    ] {
      guard let known = length ?? most else { continue }
      found.append((length == nil ? "at most " : "") + "\(known) \(word)")
      expected.append("\(wanted)")
      isWrong = isWrong || (length == nil ? known < wanted : known != wanted)
    }
    if isWrong {
      throw DiagnosticError(
        "\(path): module `\(map.module)` has \(found.joined(separator: " and ")), expected \(expected.joined(separator: " and "))",
        hints: ["it is '\(sites[0].name)' here"])
    }
    if sites.count > 1, folder.form.fused == .refused {
      throw DiagnosticError(
        "\(path): module `\(map.module)` is query, key and value in one map, for which \(folder.form.title) has no form here"
      )
    }
  }

  /// The LoRA that a map's tensors are.
  ///
  /// - Throws: `DiagnosticError` if the method gives none.
  private func low(
    _ map: PEFTFolder.Map, of folder: PEFTFolder, _ site: AdaptationSite
  ) throws -> PEFTLoRA {
    let found = folder.method.linearFactors(
      peft: folder.tensors(of: map), inputs: site.inputWidth)
    guard let (a, b) = found else {
      throw DiagnosticError(
        "\(path): \(folder.form.title) gives no LoRA that module `\(map.module)` equals")
    }
    let rank = a.shape[0]
    return PEFTLoRA(
      module: map.module,
      factors: LowRankFactors(
        a: a.values, b: noGradient { b.transposed().values }, rank: rank, alpha: Double(rank)),
      inputs: site.inputWidth)
  }

  /// The tensors of each site of a map.
  private func parts(
    of map: PEFTFolder.Map, of folder: PEFTFolder, _ sites: [AdaptationSite]
  ) -> [SiteTensors] {
    func part(_ site: AdaptationSite, _ own: [String: Tensor]) -> SiteTensors {
      SiteTensors(
        site: site, method: folder.method, settings: folder.settings,
        tensors: own.merging(folder.shared) { own, _ in own })
    }
    guard sites.count > 1, case .rows(let unadapted) = folder.form.fused else {
      return [part(sites[0], map.tensors)]
    }
    let axes = Dictionary(
      uniqueKeysWithValues: folder.form.tensors.compactMap { tensor in
        tensor.shape.firstIndex(of: .outputs).map { (tensor.name, $0) }
      })
    var (start, all, adapted): (Int, [SiteTensors], [SiteTensors]) = (0, [], [])
    for site in sites {
      let rows = start..<start + site.outputWidth
      start = rows.upperBound
      var tensors = map.tensors
      for (name, axis) in axes {
        tensors[name] = noGradient { map.tensors[name]?.sliced(axis: axis, rows) }
      }
      all.append(part(site, tensors))
      let isAdapted = axes.keys.contains { name in
        tensors[name]?.values.contains { $0 != unadapted } ?? false
      }
      if isAdapted { adapted.append(part(site, tensors)) }
    }
    // An untrained one leaves all parts as they are.
    return adapted.isEmpty ? all : adapted
  }
}
