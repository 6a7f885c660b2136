import Checkpoints
import PETL
import Tokenization

extension VocabularyValues {
  /// The vocabulary that a GGUF file holds.
  ///
  /// - Parameters:
  ///   - stored: the tokenizer's parts.
  ///   - file: the file, for messages.
  /// - Throws: `DiagnosticError` for a kind of tokenizer that is not supported.
  init(_ stored: GGUFTokenizer, file: String) throws {
    guard let model = Model(rawValue: stored.model) else {
      throw DiagnosticError(
        "\(file): `tokenizer.ggml.model` is '\(stored.model)', which is not supported",
        hints: ["expected \(Model.allCases.map(\.rawValue).joined(separator: " or "))"])
    }
    self.init(model: model, tokens: stored.tokens)
    kinds = (stored.kinds ?? []).compactMap { Kind(rawValue: $0.rawValue) }
    merges = stored.merges ?? []
    scores = stored.scores ?? []
    preTokenizer = stored.split
    (bos, eos) = (stored.specials["bos"], stored.specials["eos"])
    otherEnds = Set(["eot", "eom"].compactMap { stored.specials[$0] })
    (unknown, padding) = (stored.specials["unknown"], stored.specials["padding"])
    addsBOS = stored.addsStart
    addsEOS = stored.addsEnd ?? false
    addsSpacePrefix = stored.addsSpace ?? true
  }
}
