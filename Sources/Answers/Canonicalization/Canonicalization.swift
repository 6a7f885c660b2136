import AdapterFiles
import Backbones
import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import Recipes
import Training

/// A trained adapter brought into the balanced gauge: the same function, without redundancy.
public struct Canonicalization: Sendable, Encodable {
  /// What became of one site or module.
  public struct Part: Sendable, Encodable {
    /// The site's or module's name.
    public let name: String
    /// The mean |ρ| over pairs of subspaces, before.
    public let redundancyBefore: Double
    /// The same after.
    public let redundancyAfter: Double
    /// ‖ΔW' − ΔW‖ / ‖ΔW‖, with all factors in 32 bits.
    public let change: Double
  }

  /// Whose coefficients are made uncorrelated.
  public enum Balance: String, CaseIterable, Sendable {
    /// Those of white inputs: the singular value decomposition of ΔW, shared evenly.
    case svd
    /// Those of training images, centred, as ReSoRA's linear measure takes them.
    case data
  }

  /// The sites or modules, in order.
  public let parts: [Part]

  /// Brings the adapters of an experiment into the gauge, in place.
  ///
  /// - Parameters:
  ///   - experiment: with the trained parameters.
  ///   - balance: whose coefficients are made uncorrelated.
  ///   - images: how many training images at most, with `data`.
  /// - Throws: `DiagnosticError` when the adapters have no factors of their own.
  public init(_ experiment: Experiment, balance: Balance, images: Int) throws {
    let adapters = experiment.model.adapters
    guard adapters.canBeGauged else {
      let name = experiment.recipe.adapter?.plugin.descriptor.name ?? "none"
      throw DiagnosticError(
        "adapter '\(name)' has no factors A and B of its own",
        hints: ["if it is linear, canonicalize the PEFT folder 'adapter' of its run instead"])
    }
    let grams = balance == .data ? try Self.grams(experiment, images: images) : [:]
    parts = try adapters.entries.compactMap { entry in
      let adapter = entry.adapter as? any SubspaceDecomposable
      guard let (a, b) = adapter?.factorParameters else { return nil }
      let gauged = GaugedFactors(
        directions: DoubleMatrix(a.value), basis: DoubleMatrix(b.value),
        gram: grams[entry.site.name])
      try Self.requireFinite(gauged, entry.site.name)
      a.update(to: gauged.directions.tensor)
      b.update(to: gauged.basis.tensor)
      return Part(entry.site.name, gauged)
    }
  }

  /// Brings the modules of a PEFT folder into the gauge that needs no data, in place.
  ///
  /// - Throws: `DiagnosticError` naming the module whose factors are not finite, or too large for it.
  public init(_ folder: inout PEFTAdapterFolder) throws {
    var parts: [Part] = []
    for (index, module) in folder.modules.enumerated() {
      let a = DoubleMatrix(
        module.a.map(Double.init), rows: module.rank, columns: module.aShape[1])
      let b = DoubleMatrix(
        module.b.map(Double.init), rows: module.bShape[0], columns: module.rank)
      let gauged = GaugedFactors(directions: a, basis: b.transposed)
      try Self.requireFinite(gauged, module.module)
      folder.modules[index].a = gauged.directions.elements.map { Float($0) }
      folder.modules[index].b = gauged.basis.transposed.elements.map { Float($0) }
      parts.append(Part(module.module, gauged))
    }
    self.parts = parts
  }

  /// Refuses factors that are not finite in another gauge.
  private static func requireFinite(_ gauged: GaugedFactors, _ name: String) throws {
    let numbers = gauged.directions.elements + gauged.basis.elements
    guard numbers.allSatisfy({ Float($0).isFinite }) else {
      throw DiagnosticError(
        "the factors of '\(name)' are not finite, or too large to be balanced",
        hints: ["see petl inspect on the adapter"])
    }
  }

  /// The centred Gram matrices of the coefficients over training images, by site.
  private static func grams(
    _ experiment: Experiment, images: Int
  ) throws -> [String: DoubleMatrix] {
    let pipeline = try experiment.pipeline()
    let chosen = Array(0..<min(images, pipeline.train.count))
    try experiment.model.backbone.requireMemory(
      forBatch: chosen.count, hint: "choose fewer --images")
    let pass = ForwardPass(
      isTraining: false, images: chosen.count, generator: RandomGenerator(seed: 0))
    return noGradient {
      _ = experiment.model.logits(of: chosen, in: pipeline.train, pipeline, cache: nil, pass: pass)
      return Dictionary(
        uniqueKeysWithValues: pass.subspaces.map {
          ($0.site.name, DoubleMatrix($0.subspaces.centeredCoefficientGram))
        })
    }
  }
}

extension Canonicalization.Part {
  fileprivate init(_ name: String, _ gauged: GaugedFactors) {
    self.init(
      name: name, redundancyBefore: gauged.redundancyBefore,
      redundancyAfter: gauged.redundancyAfter, change: gauged.change)
  }
}

extension RunFolder {
  /// Writes a run's recipe with the parameters that a model has now: a folder that can be evaluated and
  /// whose adapter others can load.
  ///
  /// - Parameters:
  ///   - experiment: of the run.
  ///   - source: the run's folder.
  ///   - metadata: goes into every file of weights.
  /// - Throws: `DiagnosticError` when a file cannot be written.
  public func write(
    _ experiment: Experiment, of source: RunFolder, metadata: [String: String]
  ) throws {
    let recipe = experiment.recipe
    let last = recipe.stages.last?.name ?? "train"
    try write(
      recipe, provenance: metadata.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
    let metadata = metadata.merging(ClassNames.metadata(experiment.classes)) { own, _ in own }
    try Checkpoint.write(
      experiment.model, to: file("checkpoint/\(last).safetensors"), metadata: metadata)
    _ = try AdapterExport.write(
      experiment.model, to: file("adapter"), recipe: recipe, metadata: metadata)
  }
}
