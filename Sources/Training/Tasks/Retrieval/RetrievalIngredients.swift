import Backbones
import Checkpoints
import Datasets
import Networks
import PETL
import Recipes

/// The files that a recipe of retrieval names, opened and checked, and no weights read yet.
struct RetrievalIngredients {
  let checkpoint: CLIPCheckpoint
  let tokenizer: CLIPTokenizer
  let pairs: PairedDataset
  /// The choice among the towers' own weights of those that are trained; nil for none.
  let trains: (@Sendable (BackboneWeight) -> Bool)?
  /// The towers that the adapter is on.
  let towers: [Tower]
  /// How many numbers of the towers' own are trained.
  let trainedWeightCount: Int
  /// The sites that the adapter is attached to, in each of its towers.
  let sites: [Tower: [AdaptationSite]]

  /// Opens the weights, the vocabulary and the pairs of a recipe.
  ///
  /// - Throws: `DiagnosticError` with what is wrong with any of them.
  init(_ recipe: Recipe) throws {
    try recipe.require(.retrieval)
    var problems = Problems()
    let backbone = recipe.backbone
    let checkpoint = try problems.collect(at: backbone.span) { try Self.checkpoint(backbone) }
    let tokenizer = try problems.collect(at: backbone.span) { try Self.tokenizer(backbone) }
    let pairs = try problems.collect(at: recipe.data.span) {
      try PairedDataset(pairs: recipe.data.path ?? "")
    }
    if let checkpoint, let tokenizer, tokenizer.count > checkpoint.text.configuration.vocabulary {
      problems.report(
        Diagnostic(
          "the tokenizer has \(tokenizer.count) tokens, the text tower knows "
            + "\(checkpoint.text.configuration.vocabulary)", at: backbone.span,
          hints: ["set backbone.tokenizer to the vocabulary that the weights were trained with"]))
    }
    if let pairs { try recipe.check(pairs.images, &problems) }
    var sites: [Tower: [AdaptationSite]] = [:]
    if let checkpoint {
      for tower in recipe.adapter?.towers ?? [] {
        sites[tower] = try problems.collect(at: backbone.imageSpan) {
          try Self.sites(recipe, of: tower, checkpoint)
        }
      }
    }
    try problems.throwIfAny()
    guard let checkpoint, let tokenizer, let pairs else { throw DiagnosticError([]) }
    (self.checkpoint, self.tokenizer, self.pairs, self.sites) = (
      checkpoint, tokenizer, pairs, sites
    )
    let trains = try recipe.adapter?.trainedWeights()
    (self.trains, towers) = (trains, recipe.adapter?.towers ?? [])
    var count = 0
    if let trains {
      let image = try checkpoint.image.weights(imageSize: backbone.imageSize)
      let weights =
        (towers.contains(.image) ? image : [])
        + (towers.contains(.text) ? checkpoint.text.configuration.weights : [])
      count = weights.filter(trains).reduce(0) { $0 + $1.shape.reduce(1, *) }
    }
    trainedWeightCount = count
  }

  /// Both towers of the recipe's weights.
  private static func checkpoint(_ recipe: BackboneRecipe) throws -> CLIPCheckpoint {
    let (store, description) = try WeightReference(recipe.weights).open()
    let image = recipe.facts
    var text = image
    text.heads = recipe.textHeads
    return try CLIPCheckpoint(
      store, image: image, text: text,
      description: description.map { try NetworkDescription(path: $0) })
  }

  /// The vocabulary that is named, or lies beside the weights.
  private static func tokenizer(_ recipe: BackboneRecipe) throws -> CLIPTokenizer {
    if let path = recipe.tokenizer { return try CLIPTokenizer(path: path) }
    guard WeightReference(recipe.weights).embeddedName == nil else {
      throw DiagnosticError(
        "\(recipe.weights) has no vocabulary", hints: ["set backbone.tokenizer"])
    }
    let file = recipe.weights.lastIndex(of: "/").map { String(recipe.weights[..<$0]) } ?? "."
    return try CLIPTokenizer(path: recipe.weights.hasSuffix(".safetensors") ? file : recipe.weights)
  }

  /// The kinds of sites that only the image tower has.
  private static let imageOnly: Set<AdaptationSite.Kind> = [.embedding, .tokens]

  /// What the user should know of the sites, a sentence each.
  static func notes(_ adapter: AdapterRecipe?) -> [String] {
    guard let adapter, adapter.towers.contains(.text) else { return [] }
    let kinds = adapter.sites.filter(imageOnly.contains).map { "'\($0.rawValue)'" }
    return kinds.isEmpty
      ? []
      : [
        "the text tower has no site \(kinds.joined(separator: ", ")): there the adapter is at the others"
      ]
  }

  /// The sites of one tower that the adapter is attached to.
  private static func sites(
    _ recipe: Recipe, of tower: Tower, _ checkpoint: CLIPCheckpoint
  ) throws -> [AdaptationSite] {
    switch tower {
    case .image:
      let all = try checkpoint.image.sites(imageSize: recipe.backbone.imageSize)
      return try all.selected(by: recipe.adapter).map { $0.placed(in: .image) }
    case .text:
      let all = checkpoint.text.configuration.sites
      guard var adapter = recipe.adapter else { return [] }
      adapter.sites.removeAll(where: Self.imageOnly.contains)
      if adapter.sites.isEmpty, !(recipe.adapter?.sites ?? []).isEmpty {
        throw DiagnosticError(
          "the text tower has no site '\(recipe.adapter?.sites.first?.rawValue ?? "")'",
          at: adapter.spans.section, hints: ["set adapter.towers: [image]"])
      }
      return try all.selected(by: adapter).map { $0.placed(in: .text) }
    }
  }
}
