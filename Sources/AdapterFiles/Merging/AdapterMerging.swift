import Backbones
import Checkpoints
import Foundation
import Networks
import PETL
import Recipes

/// An adapter merged into a file of weights, or taken out of one, with the checks around it.
public struct AdapterMerging {
  /// What is asked for.
  public struct Request: Sendable {
    /// The adapter: a folder of PEFT's or mlx's, our own file, or the folder of a run.
    public var adapter: String
    /// The weights; nil takes those that the run was trained on.
    public var weights: String?
    /// The side of the images in pixels, for what depends on it; nil for that of the run or the weights.
    public var imageSize: Int?
    /// How positions are resampled to that size; nil for as the run did, or the library of the names.
    public var positionResampling: BackboneRecipe.PositionResampling?
    /// The heads of attention; nil for what the run or the weights say.
    public var heads: Int?
    /// Into the weights or out of them.
    public var direction: WeightMerge.Direction
    /// Whether the file's head stays although the adapter brings one.
    public var keepsHead: Bool
    /// Whether a stored probe that is not reproduced stops it.
    public var verifies: Bool

    /// Asks for a merge.
    public init(
      adapter: String, weights: String? = nil, imageSize: Int? = nil, heads: Int? = nil,
      positionResampling: BackboneRecipe.PositionResampling? = nil,
      direction: WeightMerge.Direction = .merge, keepsHead: Bool = false, verifies: Bool = true
    ) {
      (self.adapter, self.weights, self.imageSize) = (adapter, weights, imageSize)
      (self.heads, self.positionResampling) = (heads, positionResampling)
      (self.direction, self.keepsHead, self.verifies) = (direction, keepsHead, verifies)
    }
  }

  /// What was done.
  public struct Report: Sendable, Encodable {
    /// The names of the tensors that changed.
    public let changed: [String]
    /// How many tensors the file has.
    public let tensors: Int
    /// The largest difference between the features of the weights with the adapter beside them and with
    /// it merged, in units of the largest feature.
    public let difference: Double
    /// How much of the change the types of the file lose, ‖rounded ΔW − ΔW‖ / ‖ΔW‖; nil where no number is
    /// rounded to half precision.
    public let roundingLoss: Double?
    /// How far the stored probe was from what it said; nil without one, or when it was not looked at.
    public let probe: Double?
    /// The classes of the head before.
    public let classesBefore: Int?
    /// The classes of the head now.
    public let classes: Int?
    /// What the user should know, a sentence each.
    public let notes: [Note]
  }

  /// The file.
  public let data: [UInt8]
  /// What was done.
  public let report: Report

  /// Single precision, the sums of a dozen blocks: what is farther off is not the same function.
  static let tolerance = 1e-4

  /// The part of the change that may be lost to rounding without a warning (our choice).
  static let largeLoss = 0.1

  /// Does what is asked for, in memory.
  ///
  /// A stored probe must be reproduced by the weights with the adapter beside them: so an adapter is not
  /// merged twice, nor into other weights than those it was trained on.
  ///
  /// - Parameters:
  ///   - request: what.
  ///   - registry: the plugins that the adapter may be made by.
  /// - Throws: `DiagnosticError` when something does not fit, cannot be merged or is not the same after.
  public init(_ request: Request, registry: PluginRegistry) throws {
    let recipe = try Self.backbone(request, registry)
    let checkpoint = try recipe.opened()
    let trained = try AdapterFile.backboneWeights(request.adapter, registry: registry)
    func network(
      _ checkpoint: any BackboneCheckpoint, size: Int?, _ precision: FrozenPrecision = .single
    ) throws -> any Backbone {
      try checkpoint.backbone(imageSize: size, dropPath: 0, precision: precision) {
        trained.contains($0.name)
      }
    }
    // Where the probe is of another image size, everything is read once more at that one.
    var beside = try network(checkpoint, size: recipe.imageSize)
    var loaded = try LoadedAdapter.read(request.adapter, for: beside, registry: registry)
    let probe = try AdapterProbe(metadata: loaded.metadata, file: request.adapter)
    if let side = probe?.shape[1], side != beside.imageSize {
      beside = try network(checkpoint, size: side)
      loaded = try LoadedAdapter.read(request.adapter, for: beside, registry: registry)
    }
    var notes = beside.notes + loaded.warnings.map { Note($0) }
    let wrapper = checkpoint.store.wrapper
    if !wrapper.isEmpty { notes.append("\(Wrapper.note(wrapper, "tensors")); it is kept") }
    notes += [TrainedPrecision.mergingNote(recipe.precision)].compactMap(\.self)
    // The probe says what the network gave as it was trained; what is written has the file's own weights.
    func verified(_ loaded: LoadedAdapter, on plain: any Backbone, _ file: any BackboneCheckpoint)
      throws -> Double?
    {
      let precision = recipe.precision.frozen
      guard precision != .single, request.verifies else {
        return try Self.verified(probe, loaded, plain, request, &notes)
      }
      let lower = try network(file, size: plain.imageSize, precision)
      let again = try LoadedAdapter.read(request.adapter, for: lower, registry: registry)
      return try Self.verified(probe, again, lower, request, &notes)
    }
    try Self.requireFinite(loaded)
    var distance: Double?
    if request.direction == .merge {
      distance = try verified(loaded, on: beside, checkpoint)
    }

    let merge = try WeightMerge(
      loaded.adapters, backboneWeights: beside.parameters,
      head: request.keepsHead || request.direction == .unmerge ? nil : loaded.head,
      into: checkpoint, direction: request.direction)
    // Weights that are merged are used as the adapter was trained.
    let normalization = request.direction == .merge ? loaded.metadata["normalization"] : nil
    data = try merge.data(saying: normalization.map { ["normalization": $0] } ?? [:])
    if request.direction == .merge, beside.imageSize != checkpoint.outline.imageSize {
      notes.append(
        Note(
          "the adapter was trained on images of \(beside.imageSize) px, the positions of the file are "
            + "for \(checkpoint.outline.imageSize) px: give it images of \(beside.imageSize) px"))
    }
    let written = try SafetensorsFile(bytes: data, name: "the merged weights")
    let loss = try merge.roundingLoss(in: written)
    if let loss, loss > Self.largeLoss {
      notes.append(
        .warning(
          "rounding to the types of the file loses \(String(format: "%.0f", 100 * loss)) % of the "
            + "change (‖rounded ΔW − ΔW‖ / ‖ΔW‖); weights in f32 keep it (petl convert --dtype f32)"
        ))
    }
    let merged = try openBackbone(
      written, facts: recipe.facts,
      description: recipe.description())
    let plain = try merged.backbone(
      imageSize: beside.imageSize, dropPath: 0, precision: .single, training: { _ in false })
    let types = Set(checkpoint.store.entries.map(\.type))
    let isSingle = types.isDisjoint(with: [.f16, .bf16])
    let difference: Double
    switch request.direction {
    case .merge:
      difference = try Self.difference(beside, loaded.adapters, plain, .none)
    case .unmerge:
      // `beside` has the merged weights; the adapter belongs on the others.
      let again = try LoadedAdapter.read(request.adapter, for: plain, registry: registry)
      distance = try verified(again, on: plain, merged)
      difference = try Self.difference(plain, again.adapters, beside, .none)
      if loaded.head != nil {
        notes.append(
          "the head stays as it is in the file: the one from before is not in the adapter")
      }
    }
    guard difference <= Self.tolerance || !isSingle else {
      throw DiagnosticError(
        "with the adapter in the weights the features differ by \(difference) of the largest, "
          + "more than \(Self.tolerance): nothing is written")
    }
    report = Report(
      changed: merge.changed, tensors: checkpoint.store.entries.count, difference: difference,
      roundingLoss: loss, probe: distance, classesBefore: checkpoint.classes,
      classes: merge.head?.after ?? checkpoint.classes, notes: notes)
  }

  /// The section of the network: the run's, or of the weights alone.
  static func backbone(
    _ request: Request, _ registry: PluginRegistry
  ) throws -> BackboneRecipe {
    guard FileManager.default.fileExists(atPath: request.adapter) else {
      throw DiagnosticError(
        "there is no adapter at '\(request.adapter)'",
        hints: ["expected the folder of a run, of an adapter, or an adapter.safetensors"])
    }
    var recipe: BackboneRecipe
    let file = "\(request.adapter)/recipe.yaml"
    if FileManager.default.fileExists(atPath: file) {
      let run = try Recipe(run: request.adapter, registry: registry)
      try run.require(.classification, of: request.adapter)
      recipe = run.backbone
      recipe.weights = request.weights ?? recipe.weights
      (recipe.span, recipe.imageSpan) = (nil, nil)
    } else if let weights = request.weights {
      // A recipe that cannot be read says nothing here.
      let kept = try? AdapterLocation(request.adapter).metadata()[AdapterFile.recipeKey]
      recipe =
        kept.flatMap { Recipe(stored: $0, registry) }?.backbone ?? BackboneRecipe(weights: weights)
      (recipe.type, recipe.weights) = (.auto, weights)
      (recipe.span, recipe.imageSpan, recipe.imageSize) = (nil, nil, nil)
    } else {
      throw DiagnosticError(
        "\(request.adapter): an adapter alone does not bring its weights",
        hints: ["give them with --weights"])
    }
    recipe.imageSize = request.imageSize ?? recipe.imageSize
    recipe.positionResampling = request.positionResampling ?? recipe.positionResampling
    recipe.heads = request.heads ?? recipe.heads
    return recipe
  }

  /// How far a probe is from what it says; nil without one.
  private static func verified(
    _ probe: AdapterProbe?, _ loaded: LoadedAdapter, _ backbone: any Backbone, _ request: Request,
    _ notes: inout [Note]
  ) throws -> Double? {
    guard request.verifies else { return nil }
    guard let probe, loaded.head != nil else {
      notes.append(
        "the adapter has no probe: nothing shows that these are the weights it was trained on")
      return nil
    }
    do {
      return try probe.verify(loaded.model(on: backbone))
    } catch let error as DiagnosticError {
      let hint =
        request.direction == .merge
        ? "perhaps it is merged into these weights already; --unverified merges all the same"
        : "perhaps it is not merged into these weights; --unverified takes it out all the same"
      throw DiagnosticError(
        error.diagnostics.map { Diagnostic($0.message, hints: $0.hints + [hint]) })
    }
  }

  /// Refuses an adapter that holds numbers which are none.
  static func requireFinite(_ loaded: LoadedAdapter) throws {
    let head = loaded.head.map { [("head.weight", $0.weight), ("head.bias", $0.bias)] } ?? []
    let all =
      loaded.adapters.parameters.map { ($0.name, $0.parameter.value) } + head
      + (loaded.textHead?.named ?? [])
    for (name, value) in all {
      guard let wrong = value.values.first(where: { !$0.isFinite }) else { continue }
      throw DiagnosticError(
        "\(loaded.path): '\(name)' holds \(Self.word(wrong)), so nothing is written",
        hints: ["see petl inspect on the adapter"])
    }
  }

  static func word(_ value: Float) -> String { value.isNaN ? "not a number" : "\(value)" }

  /// The largest difference of features on two random images, in units of the largest feature.
  ///
  /// - Throws: `DiagnosticError` when a feature is no finite number: then nothing is known of a difference.
  private static func difference(
    _ a: any Backbone, _ first: AdapterSet, _ b: any Backbone, _ second: AdapterSet
  ) throws -> Double {
    let side = a.imageSize
    var generator = RandomGenerator(seed: 1).split("merge")
    let images = Tensor(
      generator.uniform(2 * side * side * 3, in: -1..<1), shape: [2, side, side, 3])
    func features(_ backbone: any Backbone, _ adapters: AdapterSet) -> [Float] {
      let pass = ForwardPass(
        isTraining: false, images: 2, generator: RandomGenerator(seed: 0), recordsSubspaces: false)
      return noGradient { backbone.features(images, adapters: adapters, pass: pass).values }
    }
    let (x, y) = (features(a, first), features(b, second))
    for (values, what) in [(x, "beside the weights"), (y, "in the weights")] {
      guard let wrong = values.first(where: { !$0.isFinite }) else { continue }
      throw DiagnosticError(
        "with the adapter \(what) a feature is \(word(wrong)): nothing is written",
        hints: ["the adapter or the weights hold numbers that are too large; see petl inspect"])
    }
    let largest = x.map(abs).max() ?? 0
    let distance = zip(x, y).map { abs($0 - $1) }.max() ?? 0
    return Double(distance / max(largest, .leastNormalMagnitude))
  }
}
