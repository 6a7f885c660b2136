import Networks
import PETL

/// What regularizers may ask for that is the same in a whole run.
struct RegularizerSources {
  /// The frozen weights of the network, with what was computed of them.
  let frozen: FrozenWeights
  /// The backbone's own weights that are trained, as they were before training; empty where nobody asks.
  let starts: [StepContext.Start]
  /// The factors of reference adapters, by path and by site.
  let references: [String: [String: ReferenceFactors]]
  /// The stream of all regularizers.
  let generator: RandomGenerator

  /// Gathers them, before anything is trained or restored.
  ///
  /// - Parameters:
  ///   - network: as it is before training.
  ///   - regularizers: of the run.
  ///   - references: the factors of reference adapters, by path and by site.
  ///   - generator: the stream of the run.
  init(
    _ network: any TrainedNetwork, _ regularizers: [any Regularizer],
    references: [String: [String: ReferenceFactors]], generator: RandomGenerator
  ) {
    self.generator = generator.split("regularizers")
    self.references = references
    frozen = FrozenWeights(generator: self.generator) { [unowned network] site in
      network.frozenWeight(at: site)
    }
    let asking: RegularizerNeeds = [.startingWeights, .frozenAnswers]
    starts =
      regularizers.contains { !$0.needs.isDisjoint(with: asking) }
      ? network.backboneParameters.map { ($0.name, $0.parameter, $0.parameter.value.copied()) } : []
  }
}
