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
    let wrapper = names.wrapper(of: folder.maps.map(\.module), folder.fullTensors)
    for index in folder.maps.indices { folder.maps[index].module.removeFirst(wrapper.count) }
    for index in folder.fullTensors.indices {
      folder.fullTensors[index].name.removeFirst(wrapper.count)
    }
    let paths = folder.maps.map(\.module)
    let naming = try names.naming(of: paths, folder.claims.baseClass)
    let layers = BackboneLayers(backbone.sites)
    folder.warnings += names.remarks(on: naming, wrapper: wrapper, folder.claims.baseClass)
    var (parts, faults): ([SiteTensors], [Diagnostic]) = ([], [])
    var linear: [PEFTLoRA] = []
    var isFused = false
    for map in folder.maps {
      let found = try faults.collect { () -> [AdaptationSite] in
        let sites = try self.sites(map.module, naming, layers)
        try requireLengths(map, of: folder, sites)
        return sites
      }
      guard let sites = found,
        let layout = try faults.collect({ try self.layout(of: map, of: folder, sites) })
      else { continue }
      isFused = isFused || sites.count > 1
      if case .asLoRA = folder.form.fused {
        linear += try faults.collect { try low(map, of: folder, sites) }.map { [$0] } ?? []
      }
      parts += self.parts(of: map, of: folder, layout, sites)
    }
    faults += twice(parts.map(\.site))
    let check = ClaimCheck(
      path: path, claims: folder.claims, naming: naming, wrapper: wrapper, layers: layers,
      hasHead: backbone.pretrainedHead != nil, found: paths)
    let claimed = try faults.collect { try check.faults() } ?? []
    faults += claimed
    folder.warnings += check.warnings
    let head = try faults.collect {
      try self.head(folder.fullTensors, naming, bias: folder.bias)
    }
    let own = networkTensors(folder.fullTensors, naming)
    try faults.append(
      contentsOf: self.faults(of: own, naming)
        + missing(
          folder.claims, naming, wrapper: wrapper, found: folder.fullTensors.map(\.name),
          adapted: paths))
    try faults.throwIfAny()
    if isFused, case .asLoRA = folder.form.fused {
      var whole = PEFTAdapterFolder(
        modules: linear, fullTensors: folder.fullTensors, baseModel: folder.baseModel,
        dropout: dropout(of: folder), metadata: folder.metadata)
      (whole.warnings, whole.bias) = (folder.warnings, folder.bias)
      return try load(whole)
    }
    let order = Dictionary(uniqueKeysWithValues: backbone.sites.enumerated().map { ($1, $0) })
    parts.sort { order[$0.site, default: 0] < order[$1.site, default: 0] }
    let (groups, adapters) = try attach(parts)
    return loaded(
      naming, groups, adapters, try setWeights(own, naming), head ?? nil, folder.baseModel,
      folder.metadata, folder.warnings)
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

  /// The tensors that a map has by its settings and widths.
  ///
  /// - Throws: `DiagnosticError` that names the tensors that are missing, of another shape, or not of such a
  ///   map.
  private func layout(
    of map: PEFTFolder.Map, of folder: PEFTFolder, _ sites: [AdaptationSite]
  ) throws -> [PEFTTensor] {
    let settings = folder.settings(of: map)
    let inputs = sites[0].inputWidth
    let outputs = sites.reduce(0) { $0 + $1.outputWidth }
    func name(_ tensor: String) -> String { "tensor `\(map.module).\(tensor)`" }
    let layout: [PEFTTensor]
    do {
      layout = try folder.method.peftLayout(settings, inputs: inputs, outputs: outputs)
    } catch let error as DiagnosticError {
      throw DiagnosticError(
        error.diagnostics.map {
          Diagnostic("\(path): module `\(map.module)`: \($0.message)", hints: $0.hints)
        })
    }
    var faults: [Diagnostic] = []
    for tensor in layout {
      let expected = tensor.lengths(settings, inputs: inputs, outputs: outputs)
      let words = "[\(expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", "))]"
      guard let found = map.tensors[tensor.name] else {
        if !tensor.isOptional {
          faults.append(
            Diagnostic("\(path): \(name(tensor.name)) is missing, expected \(words)"))
        }
        continue
      }
      let fits =
        found.shape.count == expected.count
        && zip(found.shape, expected).allSatisfy { $1 == nil || $0 == $1 }
      if !fits {
        faults.append(
          Diagnostic(
            "\(path): \(name(tensor.name)) has shape \(found.shape), expected \(words)",
            hints: ["it is '\(sites[0].name)' here, \(inputs) → \(outputs)"]))
      }
    }
    if sites.count > 1, folder.form.fused.hasRows,
      let block = layout.compactMap(\.outputAxis?.step).first(where: { step in
        sites.contains { !$0.outputWidth.isMultiple(of: step) }
      })
    {
      faults.append(
        Diagnostic(
          "\(path): module `\(map.module)` is query, key and value in one map, and blocks of \(block) outputs lie across them"
        ))
    }
    let known = Set(layout.map(\.name))
    for other in map.tensors.keys.filter({ !known.contains($0) }).sorted() {
      faults.append(
        Diagnostic("\(path): \(name(other)) is not expected with these settings and widths"))
    }
    try faults.throwIfAny()
    return layout
  }

  /// The LoRA that a map's tensors are.
  ///
  /// - Throws: `DiagnosticError` if the method gives none.
  private func low(
    _ map: PEFTFolder.Map, of folder: PEFTFolder, _ sites: [AdaptationSite]
  ) throws -> PEFTLoRA {
    let inputs = sites[0].inputWidth
    let found = folder.method.linearFactors(
      peft: folder.tensors(of: map), settings: folder.settings(of: map), inputs: inputs,
      outputs: sites.reduce(0) { $0 + $1.outputWidth })
    guard let (a, b) = found.map(LinearFactors.fitting) else {
      throw DiagnosticError(
        "\(path): \(folder.form.title) gives no LoRA that module `\(map.module)` equals")
    }
    let rank = a.shape[0]
    return PEFTLoRA(
      module: map.module,
      factors: LowRankFactors(
        a: a.values, b: noGradient { b.transposed().values }, rank: rank, alpha: Double(rank)),
      inputs: inputs)
  }

  /// The tensors of each site of a map.
  private func parts(
    of map: PEFTFolder.Map, of folder: PEFTFolder, _ layout: [PEFTTensor], _ sites: [AdaptationSite]
  ) -> [SiteTensors] {
    func part(_ site: AdaptationSite, _ own: [String: Tensor]) -> SiteTensors {
      SiteTensors(
        site: site, method: folder.method, settings: folder.settings(of: map),
        tensors: own.merging(folder.shared) { own, _ in own })
    }
    guard sites.count > 1, folder.form.fused.hasRows else {
      return [part(sites[0], map.tensors)]
    }
    let tensorsWithRows = layout.compactMap { tensor in tensor.outputAxis.map { (tensor, $0) } }
    var (start, all, adapted): (Int, [SiteTensors], [SiteTensors]) = (0, [], [])
    for site in sites {
      let rows = start..<start + site.outputWidth
      start = rows.upperBound
      var tensors = map.tensors
      for (tensor, axis) in tensorsWithRows {
        let own = axis.length(rows.lowerBound)..<axis.length(rows.upperBound)
        tensors[tensor.name] = noGradient {
          map.tensors[tensor.name]?.sliced(axis: axis.place, own)
        }
      }
      all.append(part(site, tensors))
      let isAdapted = tensorsWithRows.contains { tensor, _ in
        let idle = folder.form.fused.unadapted(tensor)
        return tensors[tensor.name]?.values.contains { $0 != idle } ?? false
      }
      if isAdapted { adapted.append(part(site, tensors)) }
    }
    // An untrained one leaves all parts as they are.
    return adapted.isEmpty || folder.form.fused == .alike ? all : adapted
  }
}
