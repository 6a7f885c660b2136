import Backbones
import Checkpoints
import Datasets
import Networks
import PETL
import Recipes

/// The weights, tokenizer and texts of a recipe of language modelling.
struct LanguageModelInputs: TaskInputs {
  static let task = Recipe.Task.languageModel
  static let hasClasses = false
  static let takesTexts = true

  let recipe: Recipe
  let parts: LanguageParts
  let texts: TextSplits<TextRecord>
  let sites: [SiteGroup]
  /// How conversations become texts, and what the model is told where they say nothing.
  let chat: (template: ChatTemplate?, system: String?)
  let remarks: [Note]
  var trainedWeightCount: Int { parts.places.count }
  /// Whether its own texts are not read, and others are measured.
  let isOnOthers: Bool
  var splits: [Split] { isOnOthers ? Split.allCases : texts.splits }

  init(_ recipe: Recipe) throws {
    var problems: [Diagnostic] = []
    let parts = try problems.collect { try LanguageParts(recipe, hasHead: false) }
    var chat: (template: ChatTemplate?, system: String?) = (nil, nil)
    if let parts {
      try problems.collect(opening: recipe.backbone) { chat = try Self.chat(recipe, parts.weights) }
    }
    let texts = try problems.collect(opening: recipe.data) {
      try TextSplits(
        languageModel: recipe.data.path ?? "", template: chat.template, system: chat.system,
        fractions: (recipe.data.validationFraction, recipe.data.testFraction),
        seed: recipe.data.seed)
    }
    try problems.throwIfAny()
    guard let parts, let texts else { throw DiagnosticError([]) }
    if recipe.text.isPacked || texts.train?.contains(where: \.isFile) == true {
      // How many stretches there are shows once there are tokens.
      _ = try placing(at: recipe.data.span) { try texts.records(of: recipe.data.trainSplit) }
    } else {
      try recipe.check(texts, &problems)
    }
    try problems.throwIfAny()
    (self.recipe, self.parts, self.texts, self.chat) = (recipe, parts, texts, chat)
    isOnOthers = false
    sites = [SiteGroup(sites: parts.places.sites)]
    remarks =
      recipe.remarks(onSplits: texts.splits) + texts.notes + Self.remarks(recipe, chat, texts)
  }

  /// Opens the network of a run, to measure other texts than its own.
  ///
  /// - Parameter recipe: of the run.
  /// - Throws: `DiagnosticError` with everything that is wrong with the network.
  init(onOthers recipe: Recipe) throws {
    self.recipe = recipe
    parts = try LanguageParts(recipe, hasHead: false)
    let weights = parts.weights
    chat = try placing(at: recipe.backbone.span) { try Self.chat(recipe, weights) }
    texts = TextSplits(noneOf: recipe.data.path ?? "")
    (isOnOthers, remarks) = (true, [])
    sites = [SiteGroup(sites: parts.places.sites)]
  }

  /// The template of conversations, and what the model is told where they say nothing.
  ///
  /// - Throws: `DiagnosticError` for weights that predict no tokens.
  private static func chat(
    _ recipe: Recipe, _ weights: LanguageWeights
  ) throws -> (template: ChatTemplate?, system: String?) {
    guard weights.checkpoint.predictsTokens else {
      throw DiagnosticError(
        "\(recipe.backbone.weights): \(weights.checkpoint.summary) has no head that predicts tokens, "
          + "which task: language-model trains by",
        hints: ["set task: classification, or choose a decoder with its head"])
    }
    let stored = try weights.chatTemplate().map { StoredTemplate($0) }
    let named = recipe.text.template.flatMap { ChatTemplate(rawValue: $0.rawValue) }
    let template = named ?? stored?.template
    return (template, template == stored?.template ? stored?.system : nil)
  }

  /// What is done with conversations, or that there are none for a template that is named.
  static func remarks(
    _ recipe: Recipe, _ chat: (template: ChatTemplate?, system: String?),
    _ texts: TextSplits<TextRecord>
  ) -> [Note] {
    let all = [texts.train, texts.val, texts.test].compactMap(\.self).joined()
    guard all.contains(where: \.isFramed) else {
      let unused: Note = "'text.template' changes nothing: no text is a conversation ('messages')"
      return recipe.text.template == nil ? [] : [unused]
    }
    guard let template = chat.template else { return [] }
    let told = chat.system.map { ", and the model is told: \($0)" } ?? ""
    return [.guess("conversations are in the template '\(template.rawValue)'\(told)")]
  }

  /// The splits as they are learned.
  ///
  /// - Throws: `DiagnosticError` when a split has nothing to learn.
  func learned() throws -> [Split: LearnedTexts] {
    var learned: [Split: LearnedTexts] = [:]
    for split in recipe.measured(texts.splits) {
      learned[split] = try placing(at: recipe.data.span) {
        var learned = try LearnedTexts(
          recipe.tried(texts.records(of: split), of: split), of: split.rawValue, recipe.text,
          parts.weights.tokenizer, length: parts.length)
        // A long text is many stretches.
        learned.windows = recipe.tried(learned.windows, of: split)
        return learned
      }
    }
    return learned
  }

  func checkExamples() throws -> [Note]? {
    let learned = try learned()
    return Split.allCases.flatMap { learned[$0]?.notes ?? [] }
  }

  /// Refuses a recipe that trains nothing.
  func checkTrains(adapterParameters: Int) throws {
    guard adapterParameters == 0 else { return }
    throw DiagnosticError(
      "nothing is trained: there is no adapter, and a language model's head stays frozen",
      hints: ["add a section 'adapter'"])
  }

  func summary(sites: Int, adapterParameters: Int) -> String {
    let counts = [("training", texts.train), ("validation", texts.val), ("test", texts.test)]
      .compactMap { name, records in records.map { "\($0.count) \(name)" } }
    return
      "\(sites) sites, \(adapterParameters) adapter parameters, \(counts.joined(separator: ", ")) "
      + (texts.train?.contains(where: \.isFile) == true ? "files of text" : "texts")
  }

  var weightNotes: [Note] { parts.notes(recipe) }

  func dataDigest() throws -> String { texts.digest }

  func experiment(_ composition: Composition) throws -> any TrainableExperiment {
    try LanguageModelExperiment(self, composition)
  }
}

extension TextSplits {
  /// The SHA-256 of the texts of all splits.
  var digest: String {
    var hash = SHA256()
    for (name, records) in [("train", train), ("val", val), ("test", test)] {
      guard let records else { continue }
      hash.update(Array("\(name) \(records.count)\n".utf8))
      for record in records { hash.update(Array("\(record)\n".utf8)) }
    }
    return hash.finish()
  }
}
