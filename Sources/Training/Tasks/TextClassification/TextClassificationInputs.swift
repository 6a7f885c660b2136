import Backbones
import Checkpoints
import Datasets
import Networks
import PETL
import Recipes
import Tokenization

/// The weights, tokenizer and labelled texts of a recipe that tells texts apart.
struct TextClassificationInputs: TaskInputs {
  static let task = Recipe.Task.classification
  static let hasClasses = false
  static let takesTexts = true

  let recipe: Recipe
  let parts: LanguageParts
  let texts: LabelledTexts
  /// Whether two texts are compared.
  let isOfPairs: Bool
  /// Whether its own texts are not read, and others are measured.
  let isOnOthers: Bool
  let sites: [SiteGroup]
  /// What is trained by in the place of cross-entropy; nil for that, and for other labels than classes.
  let loss: (any Loss)?
  let remarks: [Note]
  var trainedWeightCount: Int { parts.places.count }
  var splits: [Split] { isOnOthers ? Split.allCases : texts.splits.splits }

  init(_ recipe: Recipe) throws {
    var problems: [Diagnostic] = []
    let parts = try problems.collect { try LanguageParts(recipe, hasHead: true) }
    let texts = try problems.collect(opening: recipe.data) { try LabelledTexts(recipe) }
    if let texts { try recipe.check(texts.splits, &problems) }
    if let parts, let texts {
      try problems.collect(opening: recipe.data) { try Self.checkLength(parts, texts) }
    }
    let loss = try recipe.loss.flatMap { section in
      try problems.collect(at: section.span) {
        try texts.map { try section.make(recipe.classCounts($0)) }
      }
    }
    try problems.throwIfAny()
    guard let parts, let texts else { throw DiagnosticError([]) }
    (self.recipe, self.parts, self.texts, self.loss) = (recipe, parts, texts, loss ?? nil)
    isOfPairs = texts.splits.train?.first?.record.pair != nil
    isOnOthers = false
    sites = [SiteGroup(sites: parts.places.sites)]
    remarks = recipe.remarks(onSplits: texts.splits.splits) + texts.splits.notes
  }

  /// Opens the network of a run, to measure other texts than its own.
  ///
  /// - Parameters:
  ///   - recipe: of the run.
  ///   - texts: its classes.
  ///   - isOfPairs: whether two texts are compared.
  /// - Throws: `DiagnosticError` with everything that is wrong with the network.
  init(_ recipe: Recipe, onOthersThan texts: LabelledTexts, isOfPairs: Bool) throws {
    (self.recipe, self.texts, self.isOfPairs) = (recipe, texts, isOfPairs)
    parts = try LanguageParts(recipe, hasHead: true)
    sites = [SiteGroup(sites: parts.places.sites)]
    // A loss may count the classes of the training texts.
    (loss, isOnOthers) = (nil, true)
    remarks = []
  }

  /// Refuses a length that special tokens fill alone.
  private static func checkLength(_ parts: LanguageParts, _ texts: LabelledTexts) throws {
    let tokenizer = parts.weights.tokenizer
    let all = [texts.splits.train, texts.splits.val, texts.splits.test].compactMap(\.self).joined()
    let isPair = all.contains { $0.record.pair != nil }
    let special =
      isPair ? tokenizer.encodePair("", "").ids.count : tokenizer.encode("").count
    guard parts.length <= special else { return }
    throw DiagnosticError(
      "'text.length' is \(parts.length), and the network puts \(special) tokens around "
        + (isPair ? "two texts" : "a text"),
      hints: ["choose \(special + 1) at least"])
  }

  func summary(sites: Int, adapterParameters: Int) -> String {
    let what =
      switch texts.kind {
      case .classes: "\(texts.classes.count) classes of texts"
      case .several: "any of \(texts.classes.count) classes of texts"
      case .number: "a number for each text"
      }
    return "\(sites) sites, \(adapterParameters) adapter parameters, \(what)"
  }

  /// The splits as tokens.
  ///
  /// - Throws: `DiagnosticError` with every text that has no token.
  func encoded() throws -> [Split: EncodedTexts] {
    var encoded: [Split: EncodedTexts] = [:]
    for split in recipe.measured(texts.splits.splits) {
      encoded[split] = try placing(at: recipe.data.span) {
        try EncodedTexts(
          recipe.tried(texts.splits.records(of: split), of: split), of: split.rawValue,
          parts.weights.tokenizer,
          length: parts.length)
      }
    }
    return encoded
  }

  func checkExamples() throws -> [Note]? {
    let encoded = try encoded()
    return Split.allCases.flatMap { encoded[$0]?.notes ?? [] }
  }

  var weightNotes: [Note] { parts.notes(recipe) }

  func dataDigest() throws -> String { texts.digest }

  func experiment(_ composition: Composition) throws -> any TrainableExperiment {
    try TextClassificationExperiment(self, composition)
  }

  /// The network, frozen but for what the recipe trains of it.
  func network() throws -> any TextNetwork {
    let (checkpoint, precision) = (parts.weights.checkpoint, recipe.backbone.precision)
    let (frozen, isStored) = (precision.frozen, precision == .stored)
    return try placing(at: recipe.backbone.span) {
      if checkpoint.configuration.family.isDecoder {
        return try checkpoint.decoder(
          precision: frozen, staysStored: isStored, training: parts.places.trains)
      }
      return try checkpoint.encoder(
        precision: frozen, staysStored: isStored, training: parts.places.trains)
    }
  }
}

extension LabelledTexts {
  /// The labelled texts that a recipe names.
  ///
  /// - Throws: `DiagnosticError` with what is wrong with them.
  init(_ recipe: Recipe) throws {
    let (data, text) = (recipe.data, recipe.text)
    let path = data.path ?? ""
    let choice = Choice(
      val: data.validationFraction, test: data.testFraction, shots: data.shots, seed: data.seed)
    try self.init(path, TextLayout(text), choice)
  }

  /// The SHA-256 of classes, texts and labels.
  var digest: String {
    var hash = SHA256()
    hash.update(Array("\(kind.rawValue) \(classes)\n\(splits.digest)".utf8))
    return hash.finish()
  }
}

extension TextLayout {
  /// The keys or columns that a recipe names, or its task of GLUE.
  package init(_ recipe: TextRecipe) {
    if let task = recipe.glue.flatMap({ GLUETask(rawValue: $0.rawValue) }) {
      self = .glue(task)
      return
    }
    self = .columns(
      TextColumns(
        text: recipe.text, pair: recipe.pair, label: recipe.label,
        kind: TextLabel.Kind(rawValue: recipe.labels.rawValue) ?? .classes))
  }
}

extension Recipe {
  /// How many training texts each class has.
  ///
  /// - Throws: `DiagnosticError` when there is no such split.
  fileprivate func classCounts(_ texts: LabelledTexts) throws -> ClassCounts {
    ClassCounts(
      labels: try texts.splits.records(of: data.trainSplit).map(\.label.classNumber),
      classes: texts.outputs)
  }
}
