import AdapterFiles
import Backbones
import Datasets
import Networks
import PETL
import Ranks
import Recipes
import Tokenization

/// A recipe of language modelling with everything it names brought together: a decoder, adapters, regularizers, and
/// texts.
public final class LanguageModelExperiment: TrainableExperiment {
  /// What was asked for.
  public let recipe: Recipe
  /// The decoder with its adapters.
  public let model: LanguageModel
  /// The texts as they are.
  public let texts: TextSplits<TextRecord>
  /// The tokenizer of the network.
  public let tokenizer: Tokenizer
  /// What the user should know, a sentence each.
  public let notes: [Note]
  /// Nothing: there are no classes.
  public let fileMetadata: [String: String] = [:]
  /// The network with its adapters.
  public var network: any TrainedNetwork { model }
  /// The most tokens of a text.
  private let length: Int
  /// The splits that are there as they are learned.
  private let learned: [Split: LearnedTexts]
  /// How conversations become texts, and what the model is told where they say nothing.
  private let chat: (template: ChatTemplate?, system: String?)

  /// Composes an experiment.
  ///
  /// - Parameter recipe: of task: language-model.
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public convenience init(_ recipe: Recipe) throws {
    try recipe.require(.languageModel)
    let inputs = try LanguageModelInputs(recipe)
    try self.init(inputs, Composition(inputs))
  }

  init(_ inputs: LanguageModelInputs, _ composition: Composition) throws {
    let (recipe, parts) = (inputs.recipe, inputs.parts)
    let precision = recipe.backbone.precision
    let decoder = try placing(at: recipe.backbone.span) {
      try parts.weights.checkpoint.decoder(
        precision: precision.frozen, staysStored: precision == .stored,
        training: parts.places.trains)
    }
    model = LanguageModel(decoder: decoder, adapters: composition.adapters)
    (self.recipe, texts, length) = (recipe, inputs.texts, parts.length)
    chat = inputs.chat
    tokenizer = parts.weights.tokenizer
    notes = parts.notes(recipe) + inputs.remarks
    // Now, so that what cannot be learned is said before anything is written.
    learned = try inputs.learned()
  }

  /// The texts, and how many there are.
  public var dataDescription: String {
    let counts = [("training", texts.train), ("validation", texts.val), ("test", texts.test)]
      .compactMap { name, records in records.map { "\($0.count) \(name)" } }
    return "\(texts.name), \(counts.joined(separator: ", ")) texts of at most \(length) tokens"
  }

  /// The name of the file or folder.
  public var dataName: String { texts.name }

  /// The tokens of the texts.
  public func openTask(epochs: Int, _ ranks: any Ranks) throws -> OpenedTask {
    OpenedTask(task: task(batchSize: recipe.examplesAtOnce))
  }

  private func task(batchSize: Int) -> LanguageModelTask {
    LanguageModelTask(
      model: model, texts: learned, trainSplit: recipe.data.trainSplit, batchSize: batchSize,
      groupsByLength: recipe.text.groupsByLength)
  }

  /// Refuses a split that cannot be measured.
  public func check(_ split: Split) throws { try recipe.check(split, of: texts) }

  /// Measures a split.
  ///
  /// - Parameters:
  ///   - split: train, val or test.
  ///   - batchSize: texts at once; the recipe's if nil.
  /// - Returns: loss in nats a token, perplexity, the share of tokens that were the most probable ones, redundancy.
  /// - Throws: `DiagnosticError` when there is no such split.
  public func evaluate(_ split: Split, batchSize: Int?) throws -> Evaluation {
    try check(split)
    return evaluate(learned[split]?.windows ?? [], batchSize)
  }

  private func evaluate(_ windows: [TextWindows.Window], _ batchSize: Int?) -> Evaluation {
    model.evaluate(windows, batchSize: batchSize ?? recipe.examplesAtOnce)
  }

  /// Measures a split of its own texts, or other texts that become tokens as its own do.
  public func measure(
    _ split: Split, of data: String?, batchSize: Int?
  ) throws -> DetailedEvaluation {
    guard let data else {
      let figures = try evaluate(split, batchSize: batchSize)
      return DetailedEvaluation(name: "\(dataName) \(split.rawValue)", evaluation: figures)
    }
    guard case .text = try QuestionKind(of: data) else {
      throw DiagnosticError(
        "\(data) has questions, and a run is measured by how well it predicts texts",
        hints: [
          "petl evaluate --weights \(recipe.backbone.weights) --adapter RUN --data \(data) answers them"
        ])
    }
    let others = try TextSplits(
      languageModel: data, template: chat.template, system: chat.system, fractions: (nil, nil),
      seed: 0)
    let name = others.isUnsplit ? others.name : "\(others.name) \(split.rawValue)"
    let found = try LearnedTexts(
      others.measured(split), of: name, recipe.text, tokenizer, length: length)
    return DetailedEvaluation(
      name: name, evaluation: evaluate(found.windows, batchSize),
      notes: others.notes + LanguageModelInputs.remarks(recipe, chat, others) + found.notes)
  }

  /// The first texts of the validation split, or else of the test split.
  public func inspect(
    _ count: Int, _ visit: (ForwardPass, _ share: Double) -> Void
  ) throws -> String? {
    let known = texts.splits.filter { $0 != .trainAndVal }
    guard let split = [Split.val, .test, .train].first(where: known.contains) else { return nil }
    let task = task(batchSize: recipe.examplesAtOnce)
    let windows = (task.texts[split]?.windows ?? []).prefix(count)
    for start in stride(from: 0, to: windows.count, by: task.batchSize) {
      let part = Array(windows[start..<min(windows.count, start + task.batchSize)])
      let pass = ForwardPass(
        isTraining: false, images: part.count, generator: RandomGenerator(seed: 0))
      noGradient { _ = model.answers(to: part, pass: pass) }
      visit(pass, Double(part.count) / Double(windows.count))
    }
    return "\(windows.count) texts of \(texts.name) \(split.rawValue)"
  }

  /// Tokens, loss and perplexity.
  public func table(of figures: Evaluation, called name: String) -> FiguresTable {
    FiguresTable(
      header: [
        name, "tokens", "loss", "perplexity", "token accuracy",
      ],
      rows: [
        [
          "\(figures.examples) texts", "\(figures.tokens ?? 0)", fixed(figures.loss, 4),
          fixed(figures.perplexity ?? 0, 3), percent(figures.accuracy),
        ]
      ], footer: figures.redundancy.map { "mean |ρ| \(fixed($0, 4))" } ?? "")
  }

  /// Writes a PEFT folder where that can hold the adapter, else our own format.
  public func writeAdapter(to folder: String, metadata: [String: String]) throws -> String {
    var metadata = metadata
    metadata[AdapterFile.recipeKey] = yamlText(of: recipe.resolved)
    return try AdapterExport.writeLanguage(
      network: model.decoder, family: model.decoder.configuration.family, adapters: model.adapters,
      groups: try [AdapterGroup](recipe, sites: model.adapters.entries.map(\.site)), head: nil,
      baseModel: recipe.backbone.weights, metadata: metadata, to: folder)
  }

  /// An adapter of the same network.
  public func referenceAdapter(at path: String) throws -> AdapterSet {
    try LoadedAdapter.read(
      path, for: model.decoder, of: model.decoder.configuration.family, registry: recipe.registry
    ).adapters
  }

  /// The digest of the texts.
  public func dataDigest() throws -> String { texts.digest }
}
