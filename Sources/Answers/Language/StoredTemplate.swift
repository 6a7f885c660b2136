import Datasets
import PETL
import Tokenization

/// What is known of the template of chats that came with a model.
///
/// Templates are programs in Jinja, which are not run here: three published ones are told by their marks.
struct StoredTemplate {
  /// The template that has these marks; nil for another.
  let template: ChatTemplate?
  /// What the model is told where a conversation says nothing; nil for nothing.
  let system: String?

  /// Looks for marks.
  ///
  /// - Parameter text: in Jinja.
  init(_ text: String) {
    let marks: [(String, ChatTemplate)] = [
      ("<|im_start|>", .chatml), ("<|start_header_id|>", .llama3), ("<start_of_turn>", .gemma),
    ]
    let found = marks.filter { text.contains($0.0) }
    template = found.count == 1 ? found[0].1 : nil
    system = template == .chatml ? Self.system(in: text) : nil
  }

  /// The words of a system's turn that stand in the template itself, as those of SmolLM2 and Qwen 2.5.
  private static func system(in text: String) -> String? {
    for newline in ["\n", "\\n"] {
      let parts = text.split(
        separator: "<|im_start|>system" + newline, omittingEmptySubsequences: false)
      for part in parts.dropFirst() {
        guard let end = part.firstRange(of: "<|im_end|>") else { continue }
        let words = part[..<end.lowerBound]
        // Anything that is computed has quotes or braces.
        if !words.isEmpty, !words.contains(where: { "'\"{}".contains($0) }) { return String(words) }
      }
    }
    return nil
  }
}

extension LanguagePredictor {
  /// The tokens that a model's answer begins after.
  public struct Prompt: Sendable {
    /// The tokens.
    public var ids: [Int]
    /// Tokens that the answer ends at, beside those of the model.
    public var ends: Set<Int> = []
    /// What was done with the text, a sentence; nil where it was taken as it is.
    public var note: Note?
  }

  /// A question as the model was trained to be asked, or a text to go on with.
  ///
  /// - Parameters:
  ///   - text: the words.
  ///   - template: the template by which the words are the user's turn; nil for that of the model, if it has one.
  ///   - isRaw: whether the text is taken as it is.
  /// - Returns: its tokens, those of a text as it is with the special tokens of the tokenizer.
  /// - Throws: `DiagnosticError` when the model has a template that is not known.
  public func prompt(_ text: String, template: ChatTemplate?, isRaw: Bool) throws -> Prompt {
    guard !isRaw, template != nil || storedTemplate != nil else {
      return Prompt(ids: promptIDs(TextRecord([.init(text, counts: false)])))
    }
    let stored = storedTemplate.map { StoredTemplate($0) }
    guard let known = template ?? stored?.template else {
      throw DiagnosticError(
        "\(name): the model has a template of chats that is not known here",
        hints: [
          "--raw goes on with the prompt as it is",
          "--template \(ChatTemplate.allCases.map(\.rawValue).joined(separator: "|")) takes one of these",
        ])
    }
    var messages = [ChatMessage(.user, text)]
    let system = stored?.template == known ? stored?.system : nil
    if let system { messages.insert(ChatMessage(.system, system), at: 0) }
    let parts = try known.parts(of: messages, asksForAnswer: true)
    var prompt = Prompt(ids: promptIDs(TextRecord(parts, isFramed: true)))
    let end = known.endOfTurn
    prompt.ends = ends(of: known)
    if prompt.ends.isEmpty {
      throw DiagnosticError(
        "\(name): the tokenizer has no token '\(end)', which ends a turn in the template '\(known.rawValue)'",
        hints: ["--raw goes on with the prompt as it is"])
    }
    let words = system.map { ", and the model is told: \($0)" } ?? ""
    prompt.note = Note(
      "the prompt is the user's turn in the template '\(known.rawValue)'\(words); --raw goes on with it as it is"
    )
    return prompt
  }

  /// The tokens of one of a file's prompts: a conversation is a text with its special tokens already.
  ///
  /// - Parameters:
  ///   - record: a prompt or a conversation.
  ///   - template: by which a conversation was made a text, or by which a prompt is the user's turn.
  ///   - isRaw: whether a prompt is taken as it is.
  /// - Returns: the tokens.
  /// - Throws: `DiagnosticError` when the model has a template that is not known.
  public func prompt(
    of record: TextRecord, template: ChatTemplate?, isRaw: Bool
  ) throws -> Prompt {
    guard record.isFramed else {
      return try prompt(record.text, template: template, isRaw: isRaw)
    }
    return Prompt(ids: promptIDs(record), ends: template.map(ends) ?? [])
  }

  /// The tokens that a turn of a template ends at; none where the tokenizer does not know it.
  func ends(of template: ChatTemplate) -> Set<Int> {
    Set([tokenizer.id(of: template.endOfTurn)].compactMap { $0 })
  }

  /// The tokens of a record to go on with: without what the tokenizer puts behind a text.
  func promptIDs(_ record: TextRecord) -> [Int] {
    var ids = tokenizer.encode(record.text, addsSpecialTokens: !record.isFramed)
    guard !record.isFramed else { return ids }
    let plain = tokenizer.encode(record.text, addsSpecialTokens: false)
    if let last = ids.last, last == tokenizer.special.eos, plain.last != last { ids.removeLast() }
    return ids
  }
}
