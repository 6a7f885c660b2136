import Backbones
import Networks
import Optimization
import PETL
import Recipes

/// Training steps or forward passes of an adapted ViT on random images, timed.
public final class StepBenchmark {
  /// What is timed.
  public enum Work: String, Sendable {
    /// Forward, backward and the optimizer's step.
    case step
    /// A forward pass without gradients.
    case forward
  }

  /// What is timed.
  public let work: Work
  /// Images a step.
  public let batch: Int
  /// The trained numbers of the adapters.
  public let adapterParameterCount: Int

  private let configuration: ViTConfiguration
  private let model: Model
  private let optimizer: AdamW
  private let images: Tensor
  private let labels: [Int]
  private let generator: RandomGenerator
  private let frozen: FrozenWeights
  /// The adapters that regularizers compare with.
  private var references: [String: [String: ReferenceFactors]] = [:]
  /// What the first steps took of memory, once they are done.
  var peaks: (tensors: Int, process: Int?)?

  /// Makes a model, its optimizer and one batch.
  ///
  /// - Parameters:
  ///   - backbone: the network.
  ///   - adapter: what is attached to it; nil for the head alone.
  ///   - batch: images a step.
  ///   - work: what is timed.
  ///   - generator: of the adapters, the head and the images.
  /// - Throws: `DiagnosticError` when the network has not the adapter's layers, and whatever making
  ///   the adapter throws.
  public init(
    backbone: ViT, adapter: AdapterRecipe?, batch: Int, work: Work, generator: RandomGenerator
  ) throws {
    let adapters =
      try adapter.map {
        let places = try TrainedPlaces(
          $0, sites: backbone.sites.selected(by: $0), of: backbone.weights)
        return try AdapterSet($0.tuning, at: places.sites, generator: generator)
      } ?? .none
    model = Model(backbone: backbone, adapters: adapters, classes: 100, generator: generator)
    optimizer = AdamW(options: AdamWOptions(), parameters: TrainedParameters(model.parameters))
    var stream = generator.split("images")
    let side = backbone.imageSize
    images = Tensor(stream.normal(batch * side * side * 3), shape: [batch, side, side, 3])
    labels = (0..<batch).map { $0 % 100 }
    self.work = work
    self.batch = batch
    self.generator = generator
    frozen = FrozenWeights(generator: generator) { backbone.map(at: $0)?.weight }
    configuration = backbone.configuration
    adapterParameterCount = model.adapterParameterCount
    BufferPool.trim()
  }

  /// The floating-point operations of the frozen network's products: its forward pass, and as much
  /// again in a step.
  public var operations: Int {
    batch * configuration.forwardOperations * (work == .step ? 2 : 1)
  }

  /// The floating-point operations of the adapters' products, if each token meets each of their
  /// matrices once, and twice more in a step: for its gradient and for the input's.
  public var adapterOperations: Int {
    let matrices = model.adapters.parameters.map(\.parameter.value).filter { $0.rank == 2 }
    let once = 2 * batch * configuration.tokens * matrices.reduce(0) { $0 + $1.count }
    return once * (work == .step ? 3 : 1)
  }

  /// A regularizer ready to be timed, or why it cannot be.
  ///
  /// - Throws: `DiagnosticError` when it does not go with the adapters.
  func active(_ recipe: RegularizerRecipe) throws -> ActiveRegularizer {
    let regularizer = try recipe.make()
    if let objection = model.adapters.objection(of: regularizer) {
      let name = recipe.plugin.descriptor.name
      throw DiagnosticError(
        "regularizer '\(name)' cannot be applied to the adapter: \(objection)", at: recipe.span)
    }
    // What is compared with is of the adapter's own size: the adapter itself, as it was at first.
    for path in regularizer.references { references[path] = model.adapters.referenceFactors }
    return ActiveRegularizer(label: recipe.label, regularizer: regularizer, weight: recipe.weight)
  }

  /// Why a regularizer cannot be timed, in words; nil when it can.
  public func objection(to recipe: RegularizerRecipe) -> String? {
    do {
      _ = try active(recipe)
      return nil
    } catch { return (error as? DiagnosticError)?.sentences ?? "\(error)" }
  }

  private func answers(_ pass: ForwardPass, _ adapters: AdapterSet) -> NetworkAnswers {
    let features = model.backbone.features(images, adapters: adapters, pass: pass)
    return NetworkAnswers(features: [features]) { [model] in model.head(features) }
  }

  /// What the network answers without adapters.
  private func answersWithout() -> NetworkAnswers {
    noGradient {
      let pass = ForwardPass(
        isTraining: false, images: batch, generator: generator, recordsSubspaces: false)
      let found = answers(pass, .none)
      let logits = found.logits
      return NetworkAnswers(features: found.features) { logits }
    }
  }

  /// Runs the work once, part by part: `run` is handed each part's name and what does it.
  func perform(
    _ regularizer: ActiveRegularizer? = nil, run: (String, () -> Void) -> Void = { $1() }
  ) {
    let pass = ForwardPass(
      isTraining: work == .step, images: batch, generator: generator,
      recordsSubspaces: regularizer != nil,
      recordsInputs: regularizer?.regularizer.needs.contains(.inputs) == true)
    if work == .forward {
      return run("forward") { noGradient { _ = model.logits(images, pass: pass) } }
    }
    var objective: Objective?
    var parts: GradientParts?
    run("forward") {
      let weighted = regularizer.map { ($0, $0.weight.value(atEpoch: 0, of: 1)) }
      let without =
        regularizer?.regularizer.needs.contains(.frozenAnswers) == true ? answersWithout() : nil
      let answers = answers(pass, model.adapters)
      objective = Objective(
        task: answers.logits.crossEntropy(labels),
        context: StepContext(
          moment: TrainingMoment(stage: "benchmark", step: 0, stepsPerEpoch: 1, epochs: 1),
          adapters: model.adapters, pass: pass, frozen: frozen, answers: answers, labels: labels,
          frozenAnswers: without, references: references, generator: generator),
        regularizers: weighted.map { [$0] } ?? [])
    }
    run("backward") {
      parts = objective.map { GradientParts($0, parameters: [], measuring: false) }
      objective = nil
    }
    run("optimizer") {
      guard let parts else { return }
      let found = FoundGradients(StepGradients(parts.gradients)) { .nan }
      // What was found already throws nothing.
      try? optimizer.step(found, rate: 1e-3)
    }
  }
}
