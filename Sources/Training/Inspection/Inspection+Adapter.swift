import Checkpoints
import Datasets
import PETL

extension Inspection {
  /// The figures of a PEFT folder, module by module.
  static func adapter(_ folder: PEFTAdapterFolder) -> Adapter {
    let sites = folder.modules.map { module in
      let a = DoubleMatrix(
        module.a.map(Double.init), rows: module.rank, columns: module.aShape[1])
      let b = DoubleMatrix(
        module.b.map(Double.init), rows: module.bShape[0], columns: module.rank)
      return SiteFigures(
        module.module, directions: a,
        basis: module.scaling(rslora: folder.rslora) * b.transposed)
    }
    return Adapter(
      method: folder.rslora ? "PEFT LoRA, rank-stabilised" : "PEFT LoRA",
      parameters: folder.modules.reduce(0) { $0 + $1.a.count + $1.b.count }, sites: sites)
  }

  /// The figures of adapters on a network, site by site.
  ///
  /// - Parameters:
  ///   - method: their name; nil of a head alone.
  ///   - adapters: with the trained parameters.
  /// - Returns: nil of a head alone.
  static func adapter(_ method: String?, _ adapters: AdapterSet) -> Adapter? {
    method.map { method in
      Adapter(
        method: method,
        parameters: adapters.parameters.reduce(0) { $0 + $1.parameter.value.count },
        sites: adapters.entries.map(figures))
    }
  }

  private static func figures(_ entry: AdapterSet.Entry) -> SiteFigures {
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
        let width = entry.adapter.inputWidth(at: entry.site)
        let subspaces = decomposable.subspaces(of: .zeros([1, width]), in: pass)
        return SiteFigures(name, basis: DoubleMatrix(subspaces.basis))
      }
      return entry.adapter.mergedDelta().map { SiteFigures(name, change: DoubleMatrix($0)) }
        ?? SiteFigures(name)
    }
  }

  /// Measures the redundancy of a run's adapter on images: for each site the mean |ρ| over pairs of
  /// coefficients, the mean over batches.
  ///
  /// - Parameters:
  ///   - images: of any size, in memory or as files.
  ///   - description: what they are.
  /// - Throws: `DiagnosticError` when a file cannot be decoded.
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
