import Datasets
import Networks
import PETL
import Recipes
import Tokenization

/// The texts of a split as a language model learns them.
struct LearnedTexts {
  /// The stretches that are learned, each an example.
  var windows: [TextWindows.Window]
  /// What the user should know, a sentence each.
  let notes: [Note]

  /// Tokenizes texts.
  ///
  /// - Parameters:
  ///   - records: of a split.
  ///   - name: of the split or the file, for notes.
  ///   - recipe: says which tokens are learned, and whether texts are joined.
  ///   - tokenizer: of the network.
  ///   - length: the most tokens of a text.
  /// - Throws: `DiagnosticError` when nothing is left to learn.
  init(
    _ records: [TextRecord], of name: String, _ recipe: TextRecipe, _ tokenizer: Tokenizer,
    length: Int
  ) throws {
    let texts = records.map { record in
      var text = TokenizedText(record, tokenizer)
      let end = tokenizer.special.eos
      if recipe.addsEnd, !record.isFramed, !record.isFile, let end, text.ids.last != end {
        text.ids.append(end)
        text.counts.append(true)
        text.types.append(0)
      }
      if recipe.learned == .all {
        text.counts = Array(repeating: true, count: text.counts.count)
      }
      return text
    }
    let found =
      recipe.isPacked
      ? TextWindows(packing: texts, length: length)
      : TextWindows(beginnings: texts, isFile: records.map(\.isFile), length: length)
    guard !found.windows.isEmpty else {
      throw DiagnosticError(
        "'\(name)' has no token to learn in the first \(length) tokens of its texts",
        hints: ["make text.length larger"])
    }
    windows = found.windows
    var notes: [Note] = []
    if found.shortened > 0 {
      notes.append(
        .warning(
          "\(found.shortened) of \(records.count) texts of '\(name)' are longer than \(length) tokens: "
            + "their ends are left out (text.length)"))
    }
    if found.useless > 0 {
      notes.append(
        .warning(
          "\(found.useless) of \(records.count) texts of '\(name)' have no token to learn in their first "
            + "\(length) tokens, and are left out"))
    }
    self.notes = notes
  }
}
