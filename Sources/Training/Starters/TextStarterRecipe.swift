import Backbones
import Checkpoints
import Datasets
import Networks
import PETL
import Recipes

/// A recipe to start from, made by looking at a language model and texts: LoRA with ReSoRA in two stages, and the
/// matched control.
public struct TextStarterRecipe {
  /// The text, with what was found as comments; `Recipe` reads it.
  public let text: String
  /// What the user should know of the weights, a sentence each.
  public let notes: [Note]

  /// Looks at weights and texts and writes a recipe for them.
  ///
  /// Files of tables and of classes, and every file for an encoder, are told apart; other texts are predicted token by
  /// token.
  ///
  /// - Parameters:
  ///   - name: of the run.
  ///   - weights: the folder of a language model, or a GGUF file.
  ///   - data: the path of the texts.
  ///   - registry: has `lora` and `resora`.
  /// - Throws: `DiagnosticError` when weights or texts cannot be read, or do not go together.
  public init(name: String, weights: String, data: String, registry: PluginRegistry) throws {
    let model = try LanguageWeights(weights)
    let task: Recipe.Task =
      model.checkpoint.predictsTokens && Self.isPlain(data) ? .languageModel : .classification
    let kind = task == .classification ? TextLabel.Kind(guessing: data) : .classes
    let labels = kind == .classes ? "" : "\ntext: {labels: \(kind.rawValue)}  # they look like that"
    func recipe(_ more: String) -> String {
      """
      name: \(StarterText.scalar(name))
      task: \(task.rawValue)
      # \(StarterText.line(model.checkpoint.summary))
      backbone:
        weights: \(StarterText.scalar(weights))
        precision: \(weights.hasSuffix(".gguf") ? "as-stored" : "fp32")
      data:
        type: text
        path: \(StarterText.scalar(data))
      \(more)\(labels)
      """
    }
    let body = { (more: String) in
      recipe(more) + """

        adapter:
          type: lora
          rank: 8
          sites: [query, value]
        regularizers:
          - type: resora       # redundancy of the adapter's subspaces; petl describe resora
            measure: linear
            weight: 0.1        # lambda
        optimizer: {type: adamw, learning_rate: 5e-4, weight_decay: 0}
        schedule: {type: cosine, warmup_epochs: 0.1}
        batch_size: 8
        stages:
          - {name: base, epochs: 1, regularize: false}
          - {name: refine, epochs: 2, regularize: true}
        control: true          # refine once more without the regularizer, to compare with

        """
    }
    // The splits that there are show once the recipe is read; those that are missing are cut off.
    let found = try Plan(Recipe(text: body(""), name: "starter recipe", registry: registry))
    var more: [String] = []
    if !found.hasSplit(.val) { more.append("  val_fraction: 0.1") }
    if !found.hasSplit(.test) { more.append("  test_fraction: 0.1") }
    let whole = body(more.joined(separator: "\n"))
    // What is wrong with it is said now, by those who will read it.
    let plan = try Plan(Recipe(text: whole, name: "starter recipe", registry: registry))
    notes = model.notes
    text = """
      # Made by petl init from \(StarterText.line(weights)) and \(StarterText.line(data)): \(plan.summary).
      # Look at every option: petl describe recipe. Check: petl validate; train: petl run.

      """ + whole
  }

  /// Whether texts are of a kind that has no labels.
  private static func isPlain(_ path: String) -> Bool {
    if ["csv", "tsv"].contains(where: { path.lowercased().hasSuffix(".\($0)") }) { return false }
    guard path.lowercased().hasSuffix(".jsonl"),
      let start = try? readStart(of: path, count: 1 << 16),
      let line = start.split(separator: UInt8(ascii: "\n")).first,
      let first = try? JSONValue(parsing: Array(line), name: path)
    else { return true }
    return first["label"] == nil
  }
}

/// Words of starter recipes.
enum StarterText {
  /// A string as YAML holds it.
  static func scalar(_ text: String) -> String {
    yamlText(of: ConfigurationNode(text: text)).filter { !$0.isNewline }
  }

  /// Text that stays in a comment's line.
  static func line(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}
