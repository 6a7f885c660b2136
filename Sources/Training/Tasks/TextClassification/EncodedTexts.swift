import Datasets
import Networks
import PETL
import Tokenization

/// The labelled texts of a split as tokens.
struct EncodedTexts {
  /// The tokens of each.
  let texts: [TokenizedText]
  /// The texts as they are.
  let records: [TextRecord]
  /// What is to be told of each.
  let labels: [TextLabel]
  /// What the user should know, a sentence each.
  let notes: [Note]

  /// Tokenizes texts.
  ///
  /// - Parameters:
  ///   - records: of a split.
  ///   - name: of the split or the file, for notes.
  ///   - tokenizer: of the network.
  ///   - length: the most tokens of a text; the end of a longer one goes, of two the end of the longer.
  /// - Throws: `DiagnosticError` with every text that has no token.
  init(
    _ records: [LabelledText], of name: String, _ tokenizer: Tokenizer, length: Int
  ) throws {
    texts = records.map { TokenizedText($0.record, tokenizer, length: length) }
    (labels, self.records) = (records.map(\.label), records.map(\.record))
    let empty = zip(records, texts).filter { $0.1.ids.isEmpty }.map { $0.0.record.place }
    guard empty.isEmpty else {
      throw listed(
        empty.map { Diagnostic("\($0): the text has no token") }, "such texts")
    }
    // Only a text that fills the length can have been longer.
    let shortened = zip(records, texts).count { record, text in
      text.ids.count == length && TokenizedText(record.record, tokenizer).ids.count > length
    }
    notes =
      shortened == 0
      ? []
      : [
        .warning(
          "\(shortened) of \(records.count) texts of '\(name)' are longer than \(length) tokens: "
            + "their ends are left out (text.length)")
      ]
  }
}
