import Answers
import Backbones
import Networks
import PETL
import Recipes

/// A network of random weights, on which steps are timed.
struct BenchNetwork {
  /// Its sizes.
  let sizes: ViTConfiguration
  /// The precision of its frozen weights.
  let precision: FrozenPrecision
  private let backbone: ViT
  private let generator = RandomGenerator(seed: 0)

  /// Makes the network.
  ///
  /// - Throws: `DiagnosticError` when this machine has not the memory for it.
  init(_ sizes: ViTConfiguration, precision: FrozenPrecision) throws {
    try MemoryNeed(weightsOf: sizes).require(
      for: "a network of \(sizes.depth) blocks", hints: ["choose a smaller --depth"])
    (self.sizes, self.precision) = (sizes, precision)
    backbone = ViT(frozenRandom: sizes, precision: precision, generator: generator)
  }

  /// A step that can be timed.
  ///
  /// - Parameters:
  ///   - adapter: what is trained; nil for the head alone.
  ///   - batch: images a step.
  ///   - work: what is timed.
  /// - Returns: the step.
  /// - Throws: `DiagnosticError` when the adapter does not go with the network, or the memory is not there.
  func benchmark(
    _ adapter: AdapterRecipe?, batch: Int, work: StepBenchmark.Work
  ) throws -> StepBenchmark {
    try MemoryNeed(
      images: batch, imageSize: sizes.imageSize, tokens: sizes.tokens, width: sizes.width
    ).require(
      for: "a batch of \(batch) images of \(sizes.imageSize) px",
      hints: ["choose a smaller --batch"])
    let places = try TrainedPlaces(
      adapter, sites: backbone.sites.selected(by: adapter), of: backbone.weights)
    if let adapter {
      try TrainedPlaces.check(adapter, [places], hasHead: true)
      try adapter.checkPatterns(places.sites)
    }
    // A method that trains the network's own weights needs one of its own.
    let own =
      places.weights.isEmpty
      ? nil
      : ViT(
        frozenRandom: sizes, precision: precision, training: places.trains, generator: generator)
    return try StepBenchmark(
      backbone: own ?? backbone, adapter: adapter, batch: batch, work: work, generator: generator)
  }
}
