import Datasets
import Networks
import PETL
import Tokenization

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
    let chat = chatStyle(template)
    guard let known = chat.template else {
      throw DiagnosticError(
        "\(name): the model has a template of chats that is not known here",
        hints: [
          "--raw goes on with the prompt as it is",
          "--template \(ChatTemplate.allCases.map(\.rawValue).joined(separator: "|")) takes one of these",
        ])
    }
    var messages = [ChatMessage(.user, text)]
    let system = chat.system
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
    prompt.note = Note.guess(
      "the prompt is the user's turn in the template '\(known.rawValue)'\(words); --raw goes on with it as it is"
    )
    return prompt
  }

  /// How conversations become texts: by the template that is named or that of the model, and what the model is told
  /// where a conversation says nothing.
  ///
  /// - Parameter named: the template that the user names; nil for that of the model.
  /// - Returns: no template where none is named and that of the model is not known.
  public func chatStyle(_ named: ChatTemplate?) -> (template: ChatTemplate?, system: String?) {
    let stored = storedTemplate.map { StoredTemplate($0) }
    let template = named ?? stored?.template
    return (template, template == stored?.template ? stored?.system : nil)
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
    try refusePairs([record])
    guard record.isFramed else {
      return try prompt(record.text, template: template, isRaw: isRaw)
    }
    return Prompt(ids: promptIDs(record), ends: template.map(ends) ?? [])
  }

  /// Refuses pairs of texts where one text is read.
  func refusePairs(_ records: [TextRecord]) throws {
    guard let place = records.first(where: { $0.pair != nil })?.place else { return }
    throw DiagnosticError(
      "\(place): there is a `text_pair`, which goes with the vectors of petl predict",
      hints: ["a text to be predicted is one `text`, or `prompt` and `completion`"])
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
