import PETL

/// How a conversation becomes the text that a model was trained on, by the published templates of three families.
///
/// The text holds special tokens by their spelling and is tokenized without others being added.
public enum ChatTemplate: String, Sendable, CaseIterable {
  /// `<|im_start|>role`, a line each, `<|im_end|>`: Qwen, SmolLM.
  case chatml
  /// `<|start_header_id|>role<|end_header_id|>`, `<|eot_id|>`: Llama 3, without the dates of 3.1.
  case llama3
  /// `<start_of_turn>role`, `<end_of_turn>`: Gemma; the system's words stand before the user's first, as in
  /// Gemma 3.
  case gemma

  /// The template of that name.
  ///
  /// - Throws: `DiagnosticError` with the names that there are, and the way out for any other template.
  public init(named name: String) throws {
    if let known = Self(rawValue: name) {
      self = known
      return
    }
    let names = Self.allCases.map(\.rawValue)
    let nearest = nearestName(to: name, among: names).map { ["did you mean '\($0)'?"] } ?? []
    throw DiagnosticError(
      "there is no chat template '\(name)'",
      hints: nearest + [
        "expected \(names.joined(separator: ", ")); of another template give the rendered text: "
          + #"{"prompt": "…", "completion": "…"} in each line"#
      ])
  }

  /// The parts of a conversation: what the assistant says counts, with what ends its turn.
  ///
  /// - Parameters:
  ///   - messages: the turns, the system's first if there is one.
  ///   - asksForAnswer: whether the beginning of the assistant's next turn follows.
  /// - Returns: texts that follow each other.
  /// - Throws: `DiagnosticError` when a turn is where the template has none.
  public func parts(of messages: [ChatMessage], asksForAnswer: Bool) throws -> [TextRecord.Part] {
    if let wrong = messages.dropFirst().firstIndex(where: { $0.role == .system }) {
      throw DiagnosticError("turn \(wrong + 1) is the system's, which only the first may be")
    }
    var parts: [TextRecord.Part] =
      self == .llama3 ? [.init("<|begin_of_text|>", counts: false)] : []
    if self == .gemma { parts.append(.init("<bos>", counts: false)) }
    for message in try turns(messages) {
      let turn = frame(message.role)
      parts.append(.init(turn.start, counts: false))
      parts.append(.init(message.content + turn.end, counts: message.role == .assistant))
      if !turn.after.isEmpty { parts.append(.init(turn.after, counts: false)) }
    }
    if asksForAnswer { parts.append(.init(frame(.assistant).start, counts: false)) }
    return parts.filter { !$0.text.isEmpty }
  }

  /// The token that ends a turn.
  public var endOfTurn: String { frame(.assistant).end }

  /// What stands before a turn, what ends it, and what stands after it.
  private func frame(_ role: ChatMessage.Role) -> (start: String, end: String, after: String) {
    switch self {
    case .chatml: ("<|im_start|>\(role.rawValue)\n", "<|im_end|>", "\n")
    case .llama3:
      ("<|start_header_id|>\(role.rawValue)<|end_header_id|>\n\n", "<|eot_id|>", "")
    case .gemma:
      ("<start_of_turn>\(role == .assistant ? "model" : "user")\n", "<end_of_turn>", "\n")
    }
  }

  /// The turns as the template writes them.
  private func turns(_ messages: [ChatMessage]) throws -> [ChatMessage] {
    if self == .chatml { return messages }
    let trimmed = messages.map { turn in
      // Gemma's template leaves the system's words as they are.
      self == .gemma && turn.role == .system
        ? turn : ChatMessage(turn.role, turn.content.trimmingBlanks)
    }
    return self == .gemma ? try Self.alternating(trimmed) : trimmed
  }

  /// User and assistant in turn, the system's words before the user's first.
  private static func alternating(_ messages: [ChatMessage]) throws -> [ChatMessage] {
    var turns = messages
    if let first = turns.first, first.role == .system {
      turns.removeFirst()
      guard let next = turns.first, next.role == .user else {
        throw DiagnosticError("after the system's turn the template 'gemma' has a user's")
      }
      turns[0].content = first.content + "\n\n" + next.content
    }
    for (index, turn) in turns.enumerated()
    where turn.role != (index.isMultiple(of: 2) ? .user : .assistant) {
      throw DiagnosticError(
        "in the template 'gemma' user and assistant take turns, the user first: turn \(index + 1) is the "
          + "\(turn.role.rawValue)'s")
    }
    return turns
  }
}

extension String {
  /// The text without blanks and line breaks at both ends, as Jinja's `trim`.
  fileprivate var trimmingBlanks: String {
    let scalars = Array(unicodeScalars)
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    var text = UnicodeScalarView()
    text.append(contentsOf: scalars[first...last])
    return String(text)
  }
}
