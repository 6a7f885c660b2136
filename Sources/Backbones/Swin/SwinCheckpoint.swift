public import Checkpoints
public import PETL

/// A Swin Transformer's weights in a file, its sizes as the tensors show them.
public struct SwinCheckpoint: TabledCheckpoint {
  /// The sizes, at the image size that the weights were trained for where the folder says it, else
  /// at the one that makes the last stage one window.
  public let configuration: SwinConfiguration
  /// The names of the head's classes.
  public let labels: [String]?
  let tensors: NamedWeights
  /// What the user should know of the file and its description, a sentence each.
  public let notes: [Note]

  /// Whether a file has a Swin's names.
  static func recognizes(_ store: any WeightStore) -> Bool {
    let names = Set(store.entries.map(\.name))
    return WeightNaming.swins.contains { $0.prefix(in: names) != nil }
  }

  /// Reads the sizes of a network.
  ///
  /// - Parameters:
  ///   - store: the tensors, under any naming of `WeightNaming.swins`.
  ///   - facts: what the user says; the tensors show the heads.
  ///   - description: what the `config.json` beside the file says.
  /// - Throws: `DiagnosticError` with every tensor that is missing, unexpected or misshaped.
  public init(
    _ store: any WeightStore, facts: BackboneFacts = BackboneFacts(),
    description: NetworkDescription? = nil
  ) throws {
    let tensors = try NamedWeights(store, among: WeightNaming.swins)
    self.tensors = tensors
    if facts.heads != nil || facts.activation ?? .gelu != .gelu {
      throw DiagnosticError(
        "\(store.name): the heads and the activation of a Swin Transformer are fixed by its weights",
        hints: ["remove backbone.heads and backbone.activation"])
    }
    let patch = try tensors.required("patch_embed.proj.weight", rank: 4)
    let stages = try tensors.stages()
    let described = description?.image ?? DescribedTower()
    let windows = stages.map(\.window)
    let window = windows.max() ?? 0
    // A stage whose grid is smaller than a window has one window of that size.
    let small = windows.firstIndex { $0 < window } ?? max(0, stages.count - 1)
    let side =
      try described.image?.value.height ?? store.imageSize()
      ?? (windows.isEmpty
        ? 0 : Self.imageSize(patch: patch[2], window: windows[small], stages: small + 1))
    var found = SwinConfiguration(
      imageSize: side, patchSize: patch[2],
      width: patch[0], window: window, stages: stages.map(\.stage),
      epsilon: facts.epsilon ?? described.epsilon?.value ?? 1e-5)
    if tensors.naming.id == WeightNaming.huggingFaceSwin.id { found.embeddingEpsilon = 1e-5 }
    configuration = found
    let named = description?.labels(ofHead: tensors.shape("head.fc.weight", rank: 2)?[0])
    labels = named?.names
    let fit = description?.fit(tensors.naming, .swin)
    notes =
      facts.notes + tensors.notes + (description?.notes ?? []) + (fit?.notes ?? [])
      + (named?.notes ?? [])
    var problems = fit?.problems ?? []
    if problems.isEmpty {
      problems = Self.contradictions(described, found, patch, description?.path ?? "")
    }
    problems += configuration.problems.map { Diagnostic("\(store.name): \($0)") }
    if problems.isEmpty {
      var expected = configuration.tensors()
      if let classes {
        expected += [
          ("head.fc.weight", [classes, configuration.featureWidth]), ("head.fc.bias", [classes]),
        ]
      }
      problems = tensors.mismatches(expected: expected, heads: 1)
    }
    try problems.throwIfAny()
  }

  /// The metadata of the file, and the size of the images, which the tensors do not show.
  public var metadata: [String: String] {
    store.metadata.merging(sizeMetadata) { _, own in own }
  }

  /// `image_size`, where it is not the one that makes the last stage one window.
  var sizeMetadata: [String: String] {
    let own = configuration
    let isUsual = own.grid(own.stages.count - 1) <= own.window
    return isUsual ? [:] : ["image_size": "\(own.imageSize)"]
  }

  /// What the description says that the tensors do not have.
  private static func contradictions(
    _ described: DescribedTower, _ found: SwinConfiguration, _ patch: [Int], _ file: String
  ) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    func compare<Value: Equatable>(_ said: Described<Value>?, _ own: Value, _ text: String) {
      guard let said, said.value != own else { return }
      problems.append(Diagnostic("\(file): \(said.key) is \(said.value), the tensors have \(text)"))
    }
    let heads = found.stages.map(\.heads), depths = found.stages.map(\.depth)
    compare(described.stageHeads, heads, "\(heads) heads")
    compare(described.depths, depths, "\(depths) blocks")
    compare(
      described.patch, ImageExtent(height: patch[2], width: patch[3]),
      "patches of \(patch[2])×\(patch[3]) px")
    for (size, said) in described.sizes {
      let own = size == .features ? found.featureWidth : found.width
      compare(said, own, "a \(size.rawValue) of \(own)")
    }
    if let image = described.image, image.value.height != image.value.width {
      problems.append(
        Diagnostic(
          "\(file): \(image.key) is \(image.value): rectangular images are not supported",
          hints: ["expected height and width to be the same"]))
    }
    return problems
  }

  /// The side of the images whose last stage is one window; beyond every limit where it overflows.
  private static func imageSize(patch: Int, window: Int, stages: Int) -> Int {
    let (side, overflow) = patch.multipliedReportingOverflow(by: window)
    return overflow || side > NetworkLimits.imageSize
      ? NetworkLimits.imageSize + 1 : side << max(0, stages - 1)
  }

  /// The head's number of classes, when there is one.
  public var classes: Int? { tensors.shape("head.fc.weight", rank: 2)?[0] }

  /// The sizes at an image size.
  private func configuration(imageSize: Int?) throws -> SwinConfiguration {
    var target = configuration
    target.imageSize = imageSize ?? configuration.imageSize
    // A smaller grid than a window would need other biases than the file's.
    let isSmaller = target.imageSize < configuration.imageSize
    let problem =
      target.problems.first
      ?? (isSmaller ? "images of \(target.imageSize) px are smaller than the last window" : nil)
    if let problem {
      throw DiagnosticError(
        problem, hints: ["choose a multiple of \(configuration.imageSize)"])
    }
    return target
  }

  /// The places that an adapter can be attached to.
  public func sites(imageSize: Int?) throws -> [AdaptationSite] {
    try configuration(imageSize: imageSize).sites
  }

  /// The tensors of the network without its head.
  public func weights(imageSize: Int?) throws -> [BackboneWeight] {
    try configuration(imageSize: imageSize).tensors().map {
      BackboneWeight(name: $0.name, shape: $0.shape)
    }
  }

  /// The network, frozen or with some of its weights trained.
  public func backbone(
    imageSize: Int?, dropPath: Double, precision: FrozenPrecision,
    training: @escaping (BackboneWeight) -> Bool
  ) throws -> any Backbone {
    let target = try configuration(imageSize: imageSize)
    var failure: (any Error)?
    let weights = WeightProvider(precision: precision, training: training) { name, shape in
      do {
        guard let values = try tensors.floats(name, shape: shape) else {
          throw DiagnosticError("\(tensors.store.name): tensor '\(name)' is missing")
        }
        return Tensor(values, shape: shape)
      } catch {
        failure = failure ?? error
        return .zeros(shape)
      }
    }
    let head = try classes.map { classes in
      let shape = [classes, configuration.featureWidth]
      return (
        weight: Tensor(try tensors.floats("head.fc.weight", shape: shape) ?? [], shape: shape),
        bias: Tensor(try tensors.floats("head.fc.bias", shape: [classes]) ?? [])
      )
    }
    let network = Swin(
      target, weights: weights, dropPath: dropPath, pretrainedHead: head, notes: notes)
    if let failure { throw failure }
    BufferPool.trim()
    return network
  }

  var heads: Int { 1 }
  var normName: String { "norm" }

  func blockName(_ layer: Int) -> String {
    let (stage, number) = configuration.layers[layer]
    return "layers.\(stage).blocks.\(number)"
  }

  func rank(of name: String) -> Int? {
    if name == "head.fc.weight" { return 2 }
    if name == "head.fc.bias" { return 1 }
    return configuration.tensors().first { $0.name == name }?.shape.count
  }
}

extension NamedWeights {
  /// The stages and the sides of their windows, as the tensors show them.
  fileprivate func stages() throws -> [(stage: SwinConfiguration.Stage, window: Int)] {
    var stages: [(stage: SwinConfiguration.Stage, window: Int)] = []
    // One stage more than there may be is enough to see that there are too many.
    while stages.count <= NetworkLimits.stages {
      let name = "layers.\(stages.count).blocks."
      guard let table = table("\(name)0") else { break }
      let hidden = try required("\(name)0.mlp.fc1.weight", rank: 2)
      var depth = 1
      while has("\(name)\(depth).norm1.weight") { depth += 1 }
      stages.append((.init(depth: depth, heads: table.heads, mlpWidth: hidden[0]), table.window))
    }
    return stages
  }

  /// The side of a block's window and its heads, from its table of biases; nil without one.
  private func table(_ block: String) -> (window: Int, heads: Int)? {
    guard let shape = shape("\(block).attn.relative_position_bias_table", rank: 2) else {
      return nil
    }
    return ((Int(Double(shape[0]).squareRoot()) + 1) / 2, shape[1])
  }
}
