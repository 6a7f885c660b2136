import Backbones
import Checkpoints
import Datasets
import PETL
import Recipes

/// The files that a recipe names, opened and checked but with no weights read yet: all that
/// `petl validate` needs.
struct Ingredients {
  let checkpoint: any BackboneCheckpoint
  let dataset: Dataset
  /// The sites that the recipe's adapter is attached to.
  let sites: [AdaptationSite]
  /// The choice among the backbone's own weights of those that are trained; nil for none.
  let trains: (@Sendable (BackboneWeight) -> Bool)?
  /// How many numbers of the backbone's own are trained.
  let trainedWeightCount: Int
  /// What the user should know of the data, a sentence each.
  let remarks: [String]

  /// Opens the weights and the data of a recipe.
  ///
  /// - Throws: `DiagnosticError` with what is wrong with either, or both.
  init(_ recipe: Recipe) throws {
    var problems: [Diagnostic] = []
    func attempt<Value>(_ span: SourceSpan?, _ body: () throws -> Value) throws -> Value? {
      do {
        return try Self.located(at: span, body)
      } catch let error as DiagnosticError {
        problems += error.diagnostics
        return nil
      }
    }
    let checkpoint = try attempt(recipe.backbone.span) {
      try Self.checkpoint(recipe.backbone)
    }
    let dataset = try attempt(recipe.data.span) { try Dataset(recipe.data) }
    var sites: [AdaptationSite] = []
    if let checkpoint {
      sites =
        try attempt(recipe.backbone.imageSpan) {
          try Self.selected(
            recipe.adapter,
            from: checkpoint.sites(imageSize: recipe.backbone.imageSize))
        } ?? []
    }
    if let dataset {
      try attempt(recipe.data.span) {
        let split = Split(recipe.data.train)
        try recipe.checkBatches(of: dataset.images(of: split).count)
      }
    }
    if let dataset, recipe.selection == .bestVal,
      dataset.val == nil || recipe.data.train == .trainAndVal
    {
      problems.append(
        Diagnostic(
          "selection: best-val needs a validation split that is not trained on",
          at: recipe.data.span, hints: ["choose selection: last"]))
    }
    if let dataset, recipe.selection == .bestTest, dataset.test == nil {
      problems.append(Self.noTestSplit(recipe))
    }
    guard let checkpoint, let dataset, problems.isEmpty else { throw DiagnosticError(problems) }
    self.checkpoint = checkpoint
    self.dataset = dataset
    remarks = dataset.remarks(training: Split(recipe.data.train))
    self.sites = sites
    let trains = try Self.trainedWeights(recipe.adapter)
    self.trains = trains
    trainedWeightCount =
      try trains.map { trains in
        try checkpoint.weights(imageSize: recipe.backbone.imageSize).filter(trains).reduce(0) {
          $0 + $1.shape.reduce(1, *)
        }
      } ?? 0
  }

  /// The choice among the backbone's own weights of those that a recipe trains; nil for none.
  static func trainedWeights(
    _ adapter: AdapterRecipe?
  ) throws -> (@Sendable (BackboneWeight) -> Bool)? {
    guard let adapter else { return nil }
    return try located(at: adapter.spans.section) { try adapter.trainedWeights() }
  }

  /// The network at the recipe's image size, frozen but for what the recipe trains of it.
  func network(_ recipe: Recipe) throws -> any Backbone {
    let backbone = recipe.backbone
    return try Self.located(at: backbone.span) {
      try checkpoint.backbone(
        imageSize: backbone.imageSize, dropPath: backbone.dropPath, precision: backbone.precision,
        training: trains ?? { _ in false })
    }
  }

  /// The sites of a network that an adapter is attached to.
  ///
  /// - Throws: `DiagnosticError` when the network has not all of its layers.
  static func selected(
    _ adapter: AdapterRecipe?, from all: [AdaptationSite]
  ) throws -> [AdaptationSite] {
    guard let adapter else { return [] }
    let depth = (all.map(\.layer).max() ?? -1) + 1
    let missing = (adapter.layers ?? []).filter { $0 >= depth }
    if !missing.isEmpty {
      throw DiagnosticError(
        "there is no layer \(missing.map(String.init).joined(separator: ", "))",
        at: adapter.spans.layers, hints: ["the network has layers 0 to \(depth - 1)"])
    }
    let kinds = Set(all.map(\.kind))
    let absent = adapter.sites.filter { !kinds.contains($0) }
    if !absent.isEmpty {
      throw DiagnosticError(
        "the network has no site '\(absent.map(\.rawValue).joined(separator: "', '"))'",
        at: adapter.spans.sites ?? adapter.spans.section,
        hints: ["a Swin Transformer takes no prompts"])
    }
    let layers = Set(adapter.layers ?? Array(0..<depth))
    return all.filter { adapter.sites.contains($0.kind) && layers.contains($0.layer) }
  }

  /// The name after `embedded:`; nil of a file.
  static func embeddedName(_ reference: String) -> String? {
    let prefix = "embedded:"
    return reference.hasPrefix(prefix) ? String(reference.dropFirst(prefix.count)) : nil
  }

  /// The weights that a recipe names, `embedded:NAME` or a path, and what is said about them.
  static func checkpoint(_ recipe: BackboneRecipe) throws -> any BackboneCheckpoint {
    let (store, description) = try weights(recipe.weights)
    var facts = recipe.facts
    facts.notes = try passedOver(recipe.weights)
    let checkpoint = try openBackbone(
      store, facts: facts, description: description.map { try NetworkDescription(path: $0) }
    )
    let family: BackboneRecipe.Family = checkpoint is SwinCheckpoint ? .swin : .vit
    guard recipe.type == .auto || recipe.type == family else {
      throw DiagnosticError(
        "\(recipe.weights): these are the weights of a '\(family.rawValue)', the recipe says "
          + "'\(recipe.type.rawValue)'", hints: ["leave backbone.type out"])
    }
    return checkpoint
  }

  /// The tensors of `embedded:NAME` or a path, and the description beside them.
  static func weights(
    _ reference: String
  ) throws -> (store: any WeightStore, description: String?) {
    if let name = embeddedName(reference) { return (try embedded(name), nil) }
    let file = try WeightFile(path: reference)
    return (file.store, file.description)
  }

  /// That a description lies beside the weights and is not read.
  private static func passedOver(_ reference: String) throws -> [String] {
    guard embeddedName(reference) == nil, let file = try WeightFile(path: reference).passedOver
    else { return [] }
    return [
      "\(file) is not read, for it may be of other weights: name the weights model.safetensors, or give "
        + "their folder if there are no others"
    ]
  }

  /// The folder whose other files are about the weights; nil of embedded ones.
  static func folder(_ reference: String) throws -> String? {
    embeddedName(reference) == nil ? try WeightFile(path: reference).folder : nil
  }

  private static func embedded(_ name: String) throws -> SafetensorsFile {
    let known = EmbeddedData.names.filter { $0.hasPrefix("vit") }
    guard known.contains(name), let bytes = EmbeddedData.bytes(named: name) else {
      let nearest = nearestName(to: name, among: known).map { ["did you mean 'embedded:\($0)'?"] }
      throw DiagnosticError(
        "there are no embedded weights '\(name)'",
        hints: nearest ?? ["known: \(known.map { "embedded:" + $0 }.joined(separator: ", "))"])
    }
    return try SafetensorsFile(bytes: bytes, name: "embedded:\(name)")
  }

  /// The mistake of letting a test split choose that is not there.
  static func noTestSplit(_ recipe: Recipe) -> Diagnostic {
    Diagnostic(
      "selection: best-test needs a test split", at: recipe.data.span,
      hints: ["choose selection: best-val, or last"])
  }

  /// Gives diagnostics without a place the place of what they are about.
  static func located<Value>(
    at span: SourceSpan?, _ body: () throws -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch let error as DiagnosticError {
      throw DiagnosticError(
        error.diagnostics.map { diagnostic in
          Diagnostic(
            diagnostic.message, severity: diagnostic.severity, at: diagnostic.span ?? span,
            hints: diagnostic.hints)
        })
    }
  }
}

extension BackboneRecipe {
  /// What the recipe says about the weights beside the file.
  var facts: BackboneFacts {
    BackboneFacts(
      heads: heads, epsilon: epsilon.map { Float($0) },
      activation: Activation(rawValue: activation.rawValue),
      positionResampling: positionResampling.flatMap { .init(rawValue: $0.rawValue) })
  }

  /// What the folder of the weights says about them; nil when it says nothing.
  ///
  /// - Throws: `DiagnosticError` when the description cannot be read.
  func description() throws -> NetworkDescription? {
    try Ingredients.weights(weights).description.map { try NetworkDescription(path: $0) }
  }
}
