import Answers
import ArgumentParser
import PETL

/// What is said of answers that a language model writes itself.
struct AnswerArguments: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Of a language model: let it answer each prompt in its own words, always with the most probable token, and count "
        + "the right answers."))
  var generate = false

  @Option(
    help: ArgumentHelp(
      "With --generate: how many tokens are written at most; 256 when left out.",
      valueName: "count"))
  var maxTokens: Int?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "With --generate: a text that an answer ends before; may be given several times.",
      valueName: "text"))
  var stop: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --generate: what is compared: the number after ####, the last number, or the whole text; gsm8k where every "
        + "right answer has #### and none elsewhere when left out.",
      valueName: "gsm8k|last-number|none"))
  var extract: String?

  @Flag(help: "With --generate: take prompts as they are, without the model's template of chats.")
  var raw = false

  func validate() throws {
    if let extract, AnswerExtraction(rawValue: extract) == nil {
      throw ValidationError("--extract is gsm8k, last-number or none, not '\(extract)'.")
    }
    if let maxTokens, !(1...1_048_576).contains(maxTokens) {
      throw ValidationError("--max-tokens is 1 to 1048576.")
    }
  }

  /// Refuses what is said of answers where none are written.
  ///
  /// - Parameter reason: why not, a clause.
  /// - Throws: `DiagnosticError` that names the option.
  func refuse(_ reason: String) throws {
    for (option, isGiven) in [
      ("--generate", generate), ("--max-tokens", maxTokens != nil), ("--stop", !stop.isEmpty),
      ("--extract", extract != nil), ("--raw", raw),
    ] where isGiven {
      throw DiagnosticError("\(option) does not go with this: \(reason)")
    }
  }
}
