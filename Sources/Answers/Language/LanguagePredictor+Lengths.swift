import Backbones
import PETL

extension LanguagePredictor {
  /// Why nothing can be written after some tokens, a sentence; nil where something can.
  public func objection(to prompt: [Int]) -> String? {
    if prompt.isEmpty {
      return "the prompt has no token, and the tokenizer puts none before a text: give a prompt"
    }
    guard let most = configuration.longestText, prompt.count > most else { return nil }
    return "the prompt has \(prompt.count) tokens; \(name) has positions for \(most)"
  }

  /// That texts are longer than those that the network was made for; nil where they are not.
  ///
  /// - Parameter tokens: how many are read at once, at most.
  /// - Returns: a warning.
  public func note(onLength tokens: Int) -> Note? {
    // A network with a vector for each position refuses what it has none for.
    guard configuration.longestText == nil, tokens > configuration.context else { return nil }
    return .warning(
      "up to \(tokens) tokens are read at once, and the network was made for "
        + "\(configuration.context)", at: name)
  }

  /// What the user should know of texts that were written, a sentence each.
  ///
  /// - Parameter written: how many tokens each has with those of its prompt, and whether it ended because the network
  ///   has no more positions.
  /// - Returns: warnings.
  public func notes(on written: [(length: Int, isOutOfPositions: Bool)]) -> [Note] {
    let cut = written.count { $0.isOutOfPositions }
    let what = written.count == 1 ? "the text ends" : "\(cut) of \(written.count) texts end"
    let most = configuration.longestText ?? 0
    return [
      cut == 0
        ? nil : .warning("\(what) because the network has positions for \(most) tokens", at: name),
      note(onLength: written.map(\.length).max() ?? 0),
    ].compactMap(\.self)
  }
}
