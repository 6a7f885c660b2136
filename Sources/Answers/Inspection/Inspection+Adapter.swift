import AdapterFiles
import Backbones
import Checkpoints
import Datasets
import Networks
import PETL
import Recipes
import Training

extension Inspection {
  /// The figures of an adapter's file alone, module by module.
  ///
  /// - Parameters:
  ///   - location: Where it is.
  ///   - registry: The plugins, whose PEFT forms are read.
  /// - Returns: without sites where only the network makes them known.
  /// - Throws: `DiagnosticError` when it cannot be read.
  static func adapter(
    at location: AdapterLocation, _ registry: PluginRegistry
  ) throws -> Adapter {
    switch location {
    case .mlx(let folder): return adapter(try MLXAdapterFolder.read(folder), library: "mlx")
    case .peft(let folder):
      switch try PEFTAdapter.read(folder, methods: registry.peftMethods) {
      case .lowRank(let contents): return adapter(contents, library: "PEFT")
      case .form(let contents):
        return Adapter(
          method: "PEFT \(contents.form.title)",
          parameters: contents.maps.flatMap(\.tensors.values).reduce(0) { $0 + $1.count }
            + networkNumbers(contents.fullTensors), sites: []
        )
      }
    case .own(let file):
      let store = try SafetensorsFile(path: file)
      let groups = try store.metadata[AdapterFile.groupsKey].map {
        try [AdapterGroup](yaml: $0, name: "\(file): metadata `\(AdapterFile.groupsKey)`")
      }
      let own = store.entries.filter { !$0.name.hasPrefix("head.") }
      return Adapter(
        method: groups.map { Set($0.map(\.type)).sorted().joined(separator: ", ") } ?? "unknown",
        parameters: own.reduce(0) { $0 + $1.elementCount }, sites: [])
    }
  }

  /// How many numbers of the network itself are among whole tensors: all but the head's.
  private static func networkNumbers(_ tensors: [PEFTAdapterFolder.FullTensor]) -> Int {
    let heads = (SiteModules.all + SiteModules.languages).flatMap { naming in
      [naming.head, naming.pooler].compactMap(\.self)
    }
    return tensors.filter { !heads.contains($0.module) }.reduce(0) { $0 + $1.values.count }
  }

  private static func adapter(_ folder: PEFTAdapterFolder, library: String) -> Adapter {
    let sites = folder.modules.map { module in
      let a = DoubleMatrix(
        module.a.map(Double.init), rows: module.rank, columns: module.aShape[1])
      let b = DoubleMatrix(
        module.b.map(Double.init), rows: module.bShape[0], columns: module.rank)
      return SiteFigures(
        module.module, directions: a,
        basis: module.scaling(rslora: folder.rslora) * b.transposed)
    }
    let isDoRA = folder.modules.contains { $0.magnitude != nil }
    let method =
      isDoRA ? "DoRA (figures of its low-rank part)" : folder.rslora ? "rsLoRA" : "LoRA"
    return Adapter(
      method: folder.modules.isEmpty ? "\(library) LN_TUNING" : "\(library) \(method)",
      parameters: folder.modules.reduce(networkNumbers(folder.fullTensors)) {
        $0 + $1.a.count + $1.b.count + ($1.magnitude?.count ?? 0)
      }, sites: sites)
  }

  /// The figures of the adapter of a network, site by site; nil for a head alone.
  static func adapter(_ network: Predictor) -> Adapter? {
    network.method.map { method in
      let trained = network.adapters.parameters + network.backbone.parameters
      return Adapter(
        method: method, parameters: trained.reduce(0) { $0 + $1.parameter.value.count },
        sites: network.adapters.entries.map(figures))
    }
  }

  /// The figures of the adapter of a run of any task, site by site; nil for a head alone.
  ///
  /// - Throws: `DiagnosticError` when the run's network cannot be made again.
  static func adapter(of folder: RunFolder, _ recipe: Recipe) throws -> Adapter? {
    guard let method = recipe.adapter?.plugin.descriptor.name else { return nil }
    let experiment = try makeExperiment(recipe)
    try folder.load(into: experiment)
    let network = experiment.network
    return Adapter(
      method: method, parameters: network.adapterParameterCount,
      sites: network.adapters.entries.map(figures))
  }

  /// The figures of an adapter of a language model, site by site.
  ///
  /// - Parameters:
  ///   - path: Of the adapter.
  ///   - weights: The language model.
  ///   - registry: The plugins that it may be made by.
  /// - Returns: the figures, and what the user should know.
  /// - Throws: `DiagnosticError` when it does not fit the network.
  static func adapter(
    _ path: String, language weights: String, _ registry: PluginRegistry
  ) throws -> (Adapter, notes: [Note]) {
    let checkpoint = try LanguageWeights.checkpoint(weights)
    let trained = try AdapterFile.backboneWeights(path, registry: registry)
    let network = try checkpoint.network { trained.contains($0.name) }
    let loaded = try LoadedAdapter.read(
      path, for: network, of: checkpoint.configuration.family, registry: registry)
    let numbers = (loaded.adapters.parameters + network.parameters).reduce(0) {
      $0 + $1.parameter.value.count
    }
    return (
      Adapter(
        method: loaded.methods.joined(separator: ", "), parameters: numbers,
        sites: loaded.adapters.entries.map(figures)), loaded.warnings.map { Note($0) }
    )
  }

  static func figures(_ entry: AdapterSet.Entry) -> SiteFigures {
    noGradient {
      let name = entry.site.name
      if let decomposable = entry.adapter as? any SubspaceDecomposable {
        if let factors = decomposable.linearFactors() {
          return SiteFigures(
            name, directions: DoubleMatrix(factors.directions),
            basis: DoubleMatrix(factors.basis))
        }
        // The basis of a nonlinear adapter does not depend on its input.
        let pass = ForwardPass(isTraining: false, images: 1, generator: RandomGenerator(seed: 0))
        let input = entry.adapter.blankInput(at: entry.site)
        let subspaces = decomposable.subspaces(of: input, in: pass)
        return SiteFigures(name, basis: DoubleMatrix(subspaces.basis))
      }
      return noGradient { entry.adapter.mergedDelta() }.map {
        SiteFigures(name, change: DoubleMatrix($0))
      }
        ?? SiteFigures(name)
    }
  }

  /// Measures the adapter's redundancy on images: for each site the mean |ρ| over pairs of
  /// coefficients, the mean over batches.
  ///
  /// - Parameters:
  ///   - images: in memory, of any size, or files.
  ///   - description: what they are.
  /// - Throws: `DiagnosticError` that names every file that cannot be decoded.
  public mutating func measure(
    on images: ImageSource, called description: String
  ) throws {
    guard let predictor, var adapter else { return }
    var bySite: [String: Double] = [:]
    _ = try predictor.predictions(of: images, batchSize: predictor.batchSize) { pass in
      let share = Double(pass.images) / Double(images.count)
      for (site, redundancy) in pass.redundancyBySite() {
        bySite[site, default: 0] += redundancy * share
      }
    }
    for index in adapter.sites.indices {
      adapter.sites[index].redundancyOfFeatures = bySite[adapter.sites[index].name]
    }
    adapter.images = description
    self.adapter = adapter
  }
}
