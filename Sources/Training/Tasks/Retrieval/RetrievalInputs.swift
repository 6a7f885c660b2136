import Backbones
import Checkpoints
import Datasets
import Networks
import PETL
import Recipes

/// The weights, vocabulary and pairs of a recipe of retrieval.
struct RetrievalInputs: TaskInputs {
  static let task = Recipe.Task.retrieval
  static let hasClasses = false

  let recipe: Recipe
  let checkpoint: CLIPCheckpoint
  let tokenizer: CLIPTokenizer
  let pairs: PairedDataset
  /// The adapter's sites in each tower that it is on, and the tower's own weights that are trained.
  let places: [Tower: TrainedPlaces]
  var trainedWeightCount: Int { places.values.reduce(0) { $0 + $1.count } }
  /// A group for each tower: widths differ, and so does what some adapters share.
  let sites: [SiteGroup]
  var remarks: [Note] { recipe.remarks(onSplits: splits) }
  var weightNotes: [Note] {
    checkpoint.image.notes.filter { $0.tower != .text } + checkpoint.text.notes
  }
  var splits: [Split] { pairs.images.splits }

  init(_ recipe: Recipe) throws {
    var problems: [Diagnostic] = []
    let backbone = recipe.backbone
    let checkpoint = try problems.collect(opening: backbone) { try Self.checkpoint(backbone) }
    let tokenizer = try problems.collect(opening: backbone) { try Self.tokenizer(backbone) }
    let pairs = try problems.collect(opening: recipe.data) {
      try PairedDataset(pairs: recipe.data.path ?? "")
    }
    if let checkpoint, let tokenizer, tokenizer.count > checkpoint.text.configuration.vocabulary {
      problems.append(
        Diagnostic(
          "the tokenizer has \(tokenizer.count) tokens, the text tower knows "
            + "\(checkpoint.text.configuration.vocabulary)", at: backbone.span,
          hints: ["set backbone.tokenizer to the vocabulary that the weights were trained with"]))
    }
    if let pairs { try recipe.check(pairs.images, &problems) }
    var places: [Tower: TrainedPlaces] = [:]
    if let checkpoint, let adapter = recipe.adapter {
      for tower in adapter.towers {
        places[tower] = try problems.collect(at: backbone.imageSpan) {
          try Self.places(recipe, of: tower, checkpoint)
        }
      }
      if places.count == adapter.towers.count {
        _ = try problems.collect(at: backbone.imageSpan) {
          try Self.check(adapter, adapter.towers.compactMap { places[$0] })
        }
      }
    }
    try problems.throwIfAny()
    guard let checkpoint, let tokenizer, let pairs else { throw DiagnosticError([]) }
    (self.recipe, self.checkpoint, self.tokenizer) = (recipe, checkpoint, tokenizer)
    self.pairs = try PairedDataset(
      images: recipe.tried(pairs.images), captions: pairs.captions)
    self.places = places
    sites = (recipe.adapter?.towers ?? []).map {
      SiteGroup(stream: $0.rawValue, sites: places[$0]?.sites ?? [])
    }
  }

  private static func check(_ adapter: AdapterRecipe, _ places: [TrainedPlaces]) throws {
    let sites = places.flatMap(\.sites)
    try TrainedPlaces.check(
      adapter, places, hasHead: false)
    try adapter.checkPatterns(sites)
  }

  func checkTrains(adapterParameters: Int) throws {
    let head = recipe.retrieval
    guard adapterParameters > 0 || head.logitScale == .learned || head.projections == .learned
    else {
      throw DiagnosticError(
        "nothing is trained: there is no adapter, and scale and projections are frozen",
        hints: ["add an adapter, or set retrieval.projections: learned"])
    }
  }

  func summary(sites: Int, adapterParameters: Int) -> String {
    let captions = pairs.captions.reduce(0) { $0 + $1.count }
    return "\(sites) sites in both towers, \(adapterParameters) adapter parameters, "
      + "\(pairs.captions.count) images with \(captions) captions"
  }

  /// The digest of the images and the words of their captions, which the tokenizer that the recipe names
  /// turns into tokens.
  func dataDigest() throws -> String {
    SHA256.digest(of: Array("\(digest(of: pairs.images)) \(pairs.captions)".utf8))
  }

  func experiment(_ composition: Composition) throws -> any TrainableExperiment {
    try RetrievalExperiment(self, composition)
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
  static func notes(_ adapter: AdapterRecipe?) -> [Note] {
    guard let adapter, adapter.towers.contains(.text), adapter.sitePattern == nil else {
      return []
    }
    let kinds = adapter.sites.filter(imageOnly.contains).map { "'\($0.rawValue)'" }
    return kinds.isEmpty
      ? []
      : [
        "the text tower has no site \(kinds.joined(separator: ", ")): there the adapter is at the others"
      ]
  }

  /// The places in one tower that the adapter is on.
  private static func places(
    _ recipe: Recipe, of tower: Tower, _ checkpoint: CLIPCheckpoint
  ) throws -> TrainedPlaces {
    let sites = try sites(recipe, of: tower, checkpoint)
    let weights =
      try tower == .image
      ? checkpoint.image.weights(imageSize: recipe.backbone.imageSize)
      : checkpoint.text.configuration.weights
    return try TrainedPlaces(recipe.adapter, sites: sites, of: weights)
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
