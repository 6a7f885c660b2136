import Backbones
import Checkpoints
import Networks
import PETL
import Recipes

/// The language model of a recipe, opened and checked, and the places in it that are trained.
struct LanguageParts {
  /// The weights and their tokenizer.
  let weights: LanguageWeights
  /// The adapter's sites, and the backbone's own weights that are trained.
  let places: TrainedPlaces
  /// The most tokens of a text.
  let length: Int

  var configuration: LanguageConfiguration { weights.checkpoint.configuration }

  /// Opens them.
  ///
  /// - Parameters:
  ///   - recipe: of texts.
  ///   - hasHead: whether there is a head that is trained whatever the recipe says.
  /// - Throws: `DiagnosticError` with everything that is wrong.
  init(_ recipe: Recipe, hasHead: Bool) throws {
    let (backbone, path) = (recipe.backbone, recipe.backbone.weights)
    weights = try backbone.opening {
      if WeightReference(path).embeddedName == nil, try FileKind(at: path) == nil {
        throw DiagnosticError(missing: path, "file or folder")
      }
      guard LanguageWeights.recognizes(path) else {
        throw DiagnosticError(
          "\(path): these are not the weights of a language model, which data of type text need",
          hints: ["expected a folder of Hugging Face's with a config.json, or a .gguf file"])
      }
      return try LanguageWeights(path)
    }
    let checkpoint = weights.checkpoint
    length = try Self.length(recipe, checkpoint.configuration)
    places = try placing(at: backbone.span) {
      let sites = try checkpoint.sites.selected(by: recipe.adapter)
      let places = try TrainedPlaces(recipe.adapter, sites: sites, of: checkpoint.weights)
      if let adapter = recipe.adapter {
        try TrainedPlaces.check(adapter, [places], hasHead: hasHead)
        try adapter.checkPatterns(places.sites)
      }
      return places
    }
    if backbone.precision == .stored, let trained = places.weights.first {
      throw DiagnosticError(
        "'\(trained.name)' is trained, which backbone.precision: as-stored keeps as it is",
        at: backbone.span,
        hints: ["choose fp32 or mixed, or an adapter that trains no weights of the network"])
    }
  }

  private static func length(_ recipe: Recipe, _ sizes: LanguageConfiguration) throws -> Int {
    guard let length = recipe.text.length else {
      return min(TextRecipe.usualLength, sizes.longestText ?? sizes.context)
    }
    if let most = sizes.longestText, length > most {
      throw DiagnosticError(
        "'text.length' is \(length), and the network has positions for \(most) tokens",
        hints: ["choose \(most) at most"])
    }
    return length
  }

  /// What the user should know of the weights, a sentence each.
  func notes(_ recipe: Recipe) -> [Note] {
    let context = configuration.context
    let long =
      length > context
      ? [Note.warning("text.length is \(length), and the network was made for \(context) tokens")]
      : []
    return weights.notes + long + (recipe.selection.caution.map { [.warning($0)] } ?? [])
  }
}
