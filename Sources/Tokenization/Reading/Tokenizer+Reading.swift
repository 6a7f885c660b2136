import Checkpoints
import PETL

extension Tokenizer {
  /// Reads a tokenizer of Hugging Face's.
  ///
  /// Special tokens are told by `tokenizer_config.json`, `special_tokens_map.json`, `generation_config.json` and
  /// `config.json` beside it, where these are there.
  ///
  /// - Parameter path: of a folder with `tokenizer.json`, or of that file.
  /// - Throws: `DiagnosticError` with the file and the key of what is wrong or not supported.
  public init(path: String) throws {
    guard fileExists(path) else {
      throw DiagnosticError(
        "there is no tokenizer \(path)", hints: ["expected a folder with tokenizer.json"])
    }
    let file = isFolder(path) ? "\(path)/tokenizer.json" : path
    guard fileExists(file) else {
      let models = ["spm.model", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model"]
      let model = models.first { fileExists("\(path)/\($0)") }
      throw DiagnosticError(
        "\(path): there is no tokenizer.json in this folder"
          + (model.map { ", only SentencePiece's \($0)" } ?? ""),
        hints: [
          "transformers writes one: AutoTokenizer.from_pretrained(…).save_pretrained(…)"
        ])
    }
    let json = try JSONValue(
      parsing: readFile(file, limit: TokenizerFolder.limit), name: file)
    let slash = file.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = try TokenizerFolder(slash.map { String(file[...$0]) } ?? "")
    var parts = try TokenizerParts(json, file: file)
    var (special, notes) = try folder.special(parts)
    special.ends.formUnion([special.eos].compactMap { $0 })
    if let fields = folder.configuration {
      let rules = ConfigurationRules(fields: fields, special: special)
      notes += try rules.apply(to: &parts, normalizer: json["normalizer"])
    }
    let stored = ["truncation", "padding"].filter { json[$0].map { !$0.isNull } ?? false }
    if !stored.isEmpty {
      notes.append(
        Note(
          "the stored \(stored.joined(separator: " and ")) \(stored.count == 1 ? "is" : "are") not "
            + "used: lengths are set where texts are read", at: file))
    }
    self.init(parts, special: special, notes: notes)
  }
}
