import Checkpoints
import PETL

/// One JSON line of a file of texts.
struct TextLine {
  static let keys = ["text", "text_pair", "prompt", "completion", "messages"]
  /// What a line may be, in hints.
  static let forms =
    #"expected {"text": "…"}, {"prompt": "…", "completion": "…"} or {"messages": "#
    + #"[{"role": "user", "content": "…"}, …]}"#

  private var line: JSONLine
  private var values: [String: JSONValue] { line.values }
  private var span: SourceSpan { line.span }
  private var mistakes: [Diagnostic] { line.mistakes }

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - text: a JSON object.
  ///   - span: of the line.
  ///   - template: how `messages` become a text; nil where there are none.
  ///   - system: what a conversation begins with that has no system's turn.
  ///   - asksForAnswer: whether what is to be said next is left out.
  /// - Returns: the text.
  /// - Throws: `DiagnosticError` with every mistake of the line.
  static func record(
    _ text: String, at span: SourceSpan, template: ChatTemplate?, system: String?,
    asksForAnswer: Bool
  ) throws -> TextRecord {
    var line = try TextLine(text, at: span)
    let record = try line.record(template, system, asksForAnswer)
    guard let record, line.mistakes.isEmpty else { throw DiagnosticError(line.mistakes) }
    return record
  }

  private init(_ text: String, at span: SourceSpan) throws {
    line = try JSONLine(text, at: span, keys: Self.keys, forms: Self.forms)
  }

  private mutating func complain(_ message: String, _ hints: [String] = []) {
    line.complain(message, hints)
  }

  private mutating func record(
    _ template: ChatTemplate?, _ system: String?, _ asksForAnswer: Bool
  ) throws -> TextRecord? {
    let forms = ["text", "prompt", "messages"].filter { values[$0] != nil }
    guard forms.count == 1 else {
      complain(
        forms.isEmpty
          ? "there is no 'text' in this line, no 'prompt' and no 'messages'"
          : "there are \(forms.map { "'\($0)'" }.joined(separator: " and ")) in this line",
        [Self.forms])
      return nil
    }
    let strays = ["text_pair": "text", "completion": "prompt"].filter {
      values[$0.key] != nil && $0.value != forms[0]
    }
    for (key, owner) in strays.sorted(by: { $0.key < $1.key }) {
      complain("'\(key)' goes with '\(owner)', not with '\(forms[0])'")
    }
    switch forms[0] {
    case "text":
      let pair = string("text_pair")
      return string("text").map {
        TextRecord([.init($0, counts: true)], pair: pair, at: LinePlace(span))
      }
    case "prompt":
      if values["completion"] == nil, !asksForAnswer {
        complain("there is a 'prompt' without a 'completion'", [Self.forms])
        return nil
      }
      let completion = string("completion")
      return string("prompt").map { prompt in
        var parts = [TextRecord.Part(prompt, counts: false)]
        if let completion, !asksForAnswer { parts.append(.init(completion, counts: true)) }
        return TextRecord(parts, at: LinePlace(span))
      }
    default:
      return try conversation(template, system, asksForAnswer)
    }
  }

  private mutating func string(_ key: String) -> String? { line.string(key) }

  private mutating func conversation(
    _ template: ChatTemplate?, _ system: String?, _ asksForAnswer: Bool
  ) throws -> TextRecord? {
    let messages = self.messages()
    guard mistakes.isEmpty else { return nil }
    guard let template else {
      complain(
        "'messages' become a text by a chat template, and none is named",
        [
          "name one: \(ChatTemplate.allCases.map(\.rawValue).joined(separator: ", "))",
          #"or give the rendered text: {"prompt": "…", "completion": "…"}"#,
        ])
      return nil
    }
    var turns = messages
    if let system, turns.first?.role != .system {
      turns.insert(ChatMessage(.system, system), at: 0)
    }
    // What the model is to say itself is not shown to it.
    if asksForAnswer, turns.last?.role == .assistant { turns.removeLast() }
    do {
      return TextRecord(
        try template.parts(of: turns, asksForAnswer: asksForAnswer), isFramed: true,
        at: LinePlace(span))
    } catch let error as DiagnosticError {
      for diagnostic in error.diagnostics { complain(diagnostic.message, diagnostic.hints) }
      return nil
    }
  }

  private mutating func messages() -> [ChatMessage] {
    let hint = [#"expected "messages": [{"role": "user", "content": "…"}, …]"#]
    guard let turns = values["messages"]?.elements, !turns.isEmpty else {
      complain("'messages' is \(values["messages"]?.kind ?? "missing"), or empty", hint)
      return []
    }
    var messages: [ChatMessage] = []
    for (index, turn) in turns.enumerated() {
      guard let role = turn["role"]?.text, let content = turn["content"]?.text else {
        complain("turn \(index + 1) has no 'role' or no 'content' that is a text", hint)
        continue
      }
      guard let known = ChatMessage.Role(rawValue: role) else {
        complain(
          "turn \(index + 1) has the role '\(role)'",
          ["expected \(ChatMessage.Role.allCases.map(\.rawValue).joined(separator: ", "))"])
        continue
      }
      messages.append(ChatMessage(known, content))
    }
    return messages
  }
}
