import AdapterFiles
import Backbones
import Checkpoints
import Datasets
import Networks
import PETL
import Ranks
import Recipes
import Tokenization

/// A recipe that tells texts apart with everything it names brought together: a language model, adapters, regularizers,
/// and labelled texts.
public final class TextClassificationExperiment: TrainableExperiment {
  /// What was asked for.
  public let recipe: Recipe
  /// The network with its adapters and its head.
  public let model: TextClassifier
  /// The texts as they are, and their classes.
  public let texts: LabelledTexts
  /// The tokenizer of the network.
  public let tokenizer: Tokenizer
  /// What the user should know, a sentence each.
  public let notes: [Note]
  /// The names of the classes, as files of weights hold them.
  public var fileMetadata: [String: String] {
    let names = texts.kind == .number ? [:] : ClassNames.metadata(texts.classes)
    return names.merging([Self.pairsKey: "\(isOfPairs)"]) { own, _ in own }
  }
  /// Whether files of weights are of pairs of texts, in their metadata: `true` or `false`.
  static let pairsKey = "text_pairs"
  /// Whether two texts are compared.
  let isOfPairs: Bool
  /// The network with its adapters.
  public var network: any TrainedNetwork { model }
  /// The most tokens of a text.
  package let length: Int
  let loss: (any Loss)?
  /// The splits that are there as tokens.
  let encoded: [Split: EncodedTexts]

  /// Composes an experiment.
  ///
  /// - Parameter recipe: of task: classification, on data of type text.
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public convenience init(_ recipe: Recipe) throws {
    guard recipe.task == .classification, recipe.data.source == .text else {
      throw DiagnosticError(
        "this takes task: classification on data.type: text",
        hints: ["makeExperiment takes recipes of any task"])
    }
    let inputs = try TextClassificationInputs(recipe)
    try self.init(inputs, Composition(inputs))
  }

  init(_ inputs: TextClassificationInputs, _ composition: Composition) throws {
    let (recipe, parts) = (inputs.recipe, inputs.parts)
    let checkpoint = parts.weights.checkpoint
    let pooling = recipe.text.pooling.flatMap { TextPooling(rawValue: $0.rawValue) }
    let network = try inputs.network()
    let pooler = try pooling == nil ? checkpoint.pooler() : nil
    model = TextClassifier(
      network: network, adapters: composition.adapters, outputs: inputs.texts.outputs,
      pooling: pooling, pooler: pooler, generator: RandomGenerator(seed: UInt64(recipe.seed)))
    (self.recipe, texts, length) = (recipe, inputs.texts, parts.length)
    (loss, isOfPairs) = (inputs.loss, inputs.isOfPairs)
    tokenizer = parts.weights.tokenizer
    notes = parts.notes(recipe) + inputs.remarks
    // Now, so that what has no token is said before anything is written.
    encoded = try inputs.encoded()
  }

  /// The texts, how many there are, and what is told of them.
  public var dataDescription: String {
    let splits = texts.splits
    let counts = [("training", splits.train), ("validation", splits.val), ("test", splits.test)]
      .compactMap { name, records in records.map { "\($0.count) \(name)" } }
    let what = texts.kind == .number ? "a number" : "\(texts.classes.count) classes"
    return "\(splits.name), \(what), \(counts.joined(separator: ", ")) texts of at most "
      + "\(length) tokens"
  }

  /// The name of the file or folder.
  public var dataName: String { texts.splits.name }

  /// The tokens of the texts.
  public func openTask(epochs: Int, _ ranks: any Ranks) throws -> OpenedTask {
    OpenedTask(task: task(batchSize: recipe.examplesAtOnce))
  }

  func task(batchSize: Int) -> TextClassificationTask {
    TextClassificationTask(
      model, encoded, of: texts, recipe, batchSize: batchSize, loss: loss)
  }

  /// Refuses a split that cannot be measured.
  public func check(_ split: Split) throws { try recipe.check(split, of: texts.splits) }

  /// The first texts of the validation split, or else of the test split.
  public func inspect(
    _ count: Int, _ visit: (ForwardPass, _ share: Double) -> Void
  ) throws -> String? {
    let known = texts.splits.splits
    guard let split = [Split.val, .test, .train].first(where: known.contains) else { return nil }
    let own = Array(
      (task(batchSize: recipe.examplesAtOnce).texts[split]?.texts ?? []).prefix(count))
    for start in stride(from: 0, to: own.count, by: recipe.examplesAtOnce) {
      let part = Array(own[start..<min(own.count, start + recipe.examplesAtOnce)])
      let pass = ForwardPass(
        isTraining: false, images: part.count, generator: RandomGenerator(seed: 0))
      noGradient { _ = model.answers(to: part, pass: pass) }
      visit(pass, Double(part.count) / Double(own.count))
    }
    return "\(own.count) texts of \(texts.splits.name) \(split.rawValue)"
  }

  /// The figures of the labels' kind.
  public func table(of figures: Evaluation, called name: String) -> FiguresTable {
    let metrics = figures.texts
    let columns: [(String, String)] =
      switch texts.kind {
      case .classes:
        [
          ("accuracy", percent(figures.accuracy)),
          (texts.classes.count == 2 ? "F1" : "macro F1", fixed(metrics?.f1 ?? 0, 4)),
          ("Matthews", fixed(metrics?.matthews ?? 0, 4)),
        ]
      case .several:
        [("micro F1", fixed(metrics?.f1 ?? 0, 4)), ("all labels right", percent(figures.accuracy))]
      case .number:
        [
          ("Pearson", metrics?.pearson.map { fixed($0, 4) } ?? "–"),
          ("Spearman", metrics?.spearman.map { fixed($0, 4) } ?? "–"),
        ]
      }
    return FiguresTable(
      header: [name] + columns.map(\.0) + ["loss"],
      rows: [["\(figures.examples) texts"] + columns.map(\.1) + [fixed(figures.loss, 4)]],
      footer: figures.redundancy.map { "mean |ρ| \(fixed($0, 4))" } ?? "")
  }

  /// Writes a PEFT folder where that can hold the adapter, with the head and its pooler, else our own format.
  ///
  /// Hugging Face has no head on a mean of tokens: that one is beside the adapter, in `head.safetensors`.
  public func writeAdapter(to folder: String, metadata: [String: String]) throws -> String {
    var metadata = metadata.merging(fileMetadata) { own, _ in own }
    metadata[AdapterFile.recipeKey] = yamlText(of: recipe.resolved)
    let isOwnHead = recipe.text.pooling != nil
    let format = try AdapterExport.writeLanguage(
      network: model.network, family: model.family, adapters: model.adapters,
      groups: try [AdapterGroup](recipe, sites: model.adapters.entries.map(\.site)),
      head: isOwnHead ? nil : model.head, baseModel: recipe.backbone.weights, metadata: metadata,
      to: folder)
    if isOwnHead {
      let head = model.headParameters.map { name, parameter in
        TensorRecord.float32(name, shape: parameter.value.shape, parameter.value.values)
      }
      try SafetensorsWriter.write(head, metadata: metadata, to: "\(folder)/head.safetensors")
    }
    return format
  }

  /// An adapter of the same network.
  public func referenceAdapter(at path: String) throws -> AdapterSet {
    try LoadedAdapter.read(
      path, for: model.network, of: model.family, registry: recipe.registry
    ).adapters
  }

  /// The digest of the classes, texts and labels.
  public func dataDigest() throws -> String { texts.digest }
}
