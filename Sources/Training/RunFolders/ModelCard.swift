import Checkpoints
import Datasets
import Networks
import PETL
import Recipes

/// What an adapter says of itself to those who find it, in Markdown with the header that model hubs read.
///
/// What only its maker knows, the licence and whom it is for, is left to be filled in.
struct ModelCard {
  let recipe: Recipe
  let summary: RunSummary
  /// What the run is about, such as `digits, 10 classes, images of 32 px`.
  let data: String
  /// What the files of weights say of themselves.
  let metadata: [String: String]

  /// The card.
  var text: String {
    ([header, "# \(title)", opening] + [results, preprocessing, use, recipeSection])
      .joined(separator: "\n\n") + "\n"
  }

  private var adapterName: String { recipe.adapter?.plugin.descriptor.name ?? "linear-probe" }
  private var regularizers: [String] { recipe.regularizers.map(\.plugin.descriptor.name) }
  private var title: String {
    "\(recipe.name): \(adapterName) on \(recipe.data.name ?? "data of its own")"
  }

  private var header: String {
    let tags = [adapterName] + regularizers + ["petlkit"]
    let library = summary.adapterFormat == "peft" ? "library_name: peft\n" : ""
    // Hubs take the name of a repository, which a file on this machine, or one inside the program, is not.
    return """
      ---
      # base_model: fill in the hub's name of the base model, where it has one
      \(library)license: unknown # fill in
      tags: [\(tags.joined(separator: ", "))]
      ---
      """
  }

  private var opening: String {
    let penalty =
      regularizers.isEmpty ? "" : ", regularized by \(regularizers.joined(separator: ", "))"
    let digest = metadata["weights_sha256"].map { " (sha256 \($0.prefix(16))…)" } ?? ""
    let head = summary.headParameters > 0 ? " and \(summary.headParameters) of the head" : ""
    return """
      Trained by PETLKit \(metadata["petl"] ?? "") from the recipe below\(penalty): \
      \(summary.adapterParameters) numbers of the adapter (`\(adapterName)`)\(head). The other weights are those of the \
      base model.

      - task: \(recipe.task.rawValue)
      - data: \(data)\(classes)
      - base model: \(code(recipe.backbone.weights))\(digest)
      - licence: fill in; that of the base model and that of the data bind it
      - for what it is meant, and for what not: fill in
      """
  }

  /// The names of the classes, where they are few.
  private var classes: String {
    let names = ClassNames.read(metadata) ?? []
    guard (1...50).contains(names.count) else { return "" }
    return ": " + names.map(code).joined(separator: ", ")
  }

  private var results: String {
    let rows = summary.stages.map { stage in
      let cells = [
        stage.name, stage.regularizes ? "yes" : "no", "\(stage.keptEpoch) of \(stage.epochs)",
        stage.validation?.leading.text ?? "–", stage.test?.leading.text ?? "–",
      ]
      return "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |"
    }
    let name = summary.stages.lazy.compactMap { ($0.test ?? $0.validation)?.leading.name }.first
    let choice: String =
      switch recipe.selection {
      case .last: "the last epoch counts; no split chose it"
      case .bestVal: "the validation split chose the epoch"
      case .bestTest: Recipe.Selection.markMeaning
      }
    let last = summary.stages.last { !$0.title.isControl }?.name ?? ""
    return """
      ## Results

      \(name.map { "What is measured is \($0); " } ?? "")\(choice). One seed (\(summary.seed)). The adapter is that after \
      stage `\(last)`.

      | stage | regularized | epoch | validation | test |
      |---|---|---|---|---|
      \(rows.joined(separator: "\n"))
      """
  }

  private var preprocessing: String {
    let data = recipe.data
    guard data.source != .text else {
      return "## Input\n\nTexts, as the tokenizer of the base model cuts them."
    }
    let size = recipe.backbone.imageSize.map { "\($0) × \($0) px" } ?? "the size of the base model"
    let crop = data.crop < 1 ? ", of which the centre, \(data.crop) of each side, is kept" : ""
    return """
      ## Input

      Images of \(size), 3 channels: \(data.resize.rawValue), \(data.interpolation.rawValue)\(crop), then \
      (x / 255 − mean) / std with `\(data.normalization)`.
      """
  }

  private var use: String {
    let weights = shellWord(recipe.backbone.weights)
    let place = "--weights \(weights) --adapter path/of/this/folder"
    let command: String =
      switch recipe.task {
      case .languageModel: "petl generate \(place) --prompt 'TEXT'"
      case .retrieval: "petl evaluate \(place) --data PAIRS.jsonl"
      case .classification: "petl predict \(place) --data FILES --output answers.csv"
      }
    let own = """
      ## Use

      Where \(code(recipe.backbone.weights)) leads to the weights of the base model:

      ```sh
      \(command)
      ```
      """
    guard summary.adapterFormat == "peft" else { return own }
    let head = summary.headParameters > 0 ? ", with a head of as many classes" : ""
    return own + """


      In Python, on the same network as `transformers`, `timm` or `open_clip` makes it\(head):

      ```python
      from peft import PeftModel

      model = PeftModel.from_pretrained(network, "path/of/this/folder")
      ```
      """
  }

  /// A word that a shell takes as it is.
  private func shellWord(_ text: String) -> String {
    let isPlain = text.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "./_:-".contains($0))
    }
    return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }

  /// A text that means nothing to Markdown.
  private func code(_ text: String) -> String {
    let line = text.map { $0.isNewline || $0 == "`" ? " " : $0 }
    return "`\(String(line))`"
  }

  private var recipeSection: String { "## Recipe\n\n```yaml\n\(yamlText(of: recipe.resolved))```" }
}
