import PETL

/// A prompt, and what is to be said after it.
public struct AnsweredPrompt: Sendable, Hashable {
  /// The prompt.
  public var prompt: String
  /// The right answer.
  public var reference: String
  /// Where it stands.
  public var place: LinePlace

  /// Makes a prompt.
  ///
  /// - Parameters:
  ///   - prompt: the prompt.
  ///   - reference: the right answer.
  ///   - place: where it stands.
  public init(_ prompt: String, reference: String, at place: LinePlace = LinePlace(1)) {
    (self.prompt, self.reference, self.place) = (prompt, reference, place)
  }

  private static let keys = ["prompt", "completion", "question", "answer"]
  /// What a line may be, in hints.
  static let forms =
    #"expected {"prompt": "…", "completion": "…"}, or, as in GSM8K, {"question": "…", "answer": "…"}"#

  /// Reads a file of JSON lines: `prompt` and `completion`, or, as in GSM8K, `question` and `answer`.
  ///
  /// Other keys are left alone.
  ///
  /// - Parameter path: of a `.jsonl` of UTF-8.
  /// - Returns: the prompts in order, at least one.
  /// - Throws: `DiagnosticError` with every mistake of the file, with its line.
  public static func read(_ path: String) throws -> [AnsweredPrompt] {
    guard path.lowercased().hasSuffix(".jsonl") else {
      throw DiagnosticError(
        "\(path): prompts and their answers stand in a .jsonl", hints: [forms])
    }
    let prompts = try JSONLines(path).read { text, span in
      var line = try JSONLine(text, at: span, keys: keys, forms: forms)
      let prompt = Self.prompt(in: &line)
      guard let prompt, line.mistakes.isEmpty else { throw DiagnosticError(line.mistakes) }
      return prompt
    }
    guard !prompts.isEmpty else {
      throw DiagnosticError("\(path): there is no prompt in this file")
    }
    return prompts
  }

  private static func prompt(in line: inout JSONLine) -> AnsweredPrompt? {
    guard let key = line.only(["prompt", "question"], forms: forms) else { return nil }
    let own = key == "prompt" ? "completion" : "answer"
    let stray = key == "prompt" ? "answer" : "completion"
    if line.values[stray] != nil {
      line.complain("'\(stray)' does not go with '\(key)'", [forms])
    } else if line.values[own] == nil {
      line.complain("there is a '\(key)' without \(own == "answer" ? "an" : "a") '\(own)'", [forms])
    }
    guard let prompt = line.string(key), let reference = line.string(own) else { return nil }
    return AnsweredPrompt(prompt, reference: reference, at: LinePlace(line.span))
  }
}
