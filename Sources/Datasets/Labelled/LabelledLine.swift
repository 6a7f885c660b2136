import Checkpoints
import PETL

/// One JSON line of a file of labelled texts.
struct LabelledLine {
  private let columns: TextColumns
  private let json: JSONValue
  private let place: SourceSpan
  private var mistakes: [Diagnostic] = []

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - text: a JSON object.
  ///   - place: of the line.
  ///   - columns: the keys.
  /// - Returns: the text with its label.
  /// - Throws: `DiagnosticError` with every mistake of the line.
  static func read(
    _ text: String, at place: SourceSpan, _ columns: TextColumns
  ) throws -> SpelledText {
    var line = try LabelledLine(text, at: place, columns)
    let found = line.spelled()
    guard let found, line.mistakes.isEmpty else { throw DiagnosticError(line.mistakes) }
    return found
  }

  private init(_ text: String, at place: SourceSpan, _ columns: TextColumns) throws {
    (self.columns, self.place) = (columns, place)
    do {
      json = try JSONValue(parsing: Array(text.utf8), name: "this line")
      if json.members == nil { throw DiagnosticError("this line is \(json.kind)") }
    } catch let error as DiagnosticError {
      let form = "expected {\"\(columns.text)\": \"…\", \"\(columns.label)\": …}"
      throw DiagnosticError(
        error.diagnostics.map { Diagnostic($0.message, at: place, hints: [form]) })
    }
  }

  private mutating func complain(_ message: String, _ hints: [String] = []) {
    mistakes.append(Diagnostic(message, at: place, hints: hints))
  }

  private mutating func spelled() -> SpelledText? {
    let first = string(columns.text, option: "text")
    var pair: String?
    if let key = columns.pair {
      pair = string(key, option: "pair")
    } else if json[TextColumns.usualPair] != nil {
      pair = string(TextColumns.usualPair, option: "pair")
    }
    let label =
      columns.hasLabels
      ? value(columns.label, option: "label").flatMap { self.label($0) } : .names([])
    guard let label, let first else { return nil }
    var text = SpelledText(
      record: TextRecord([.init(first, counts: true)], pair: pair, at: LinePlace(place)),
      label: label, place: place)
    text.hasOtherLabel = !columns.hasLabels && json[columns.label] != nil
    return text
  }

  private mutating func value(_ key: String, option: String) -> JSONValue? {
    if let value = json[key] { return value }
    complain(
      "there is no '\(key)' in this line",
      TextColumns.hints(option, json.members?.map { "'\($0.name)'" } ?? []))
    return nil
  }

  private mutating func string(_ key: String, option: String) -> String? {
    guard let value = value(key, option: option) else { return nil }
    if value.text == nil { complain("'\(key)' is \(value.kind)", ["expected a text"]) }
    return value.text
  }

  /// The label; nil, with a mistake, of a value that is none of its kind.
  private mutating func label(_ value: JSONValue) -> SpelledText.Label? {
    let key = columns.label
    switch columns.kind {
    case .number:
      if let number = Self.number(value), Float(number).isFinite { return .number(number) }
      complain("'\(key)' is \(value.kind)", ["text.labels: number takes 2.5"])
    case .classes:
      if let name = Self.name(value) { return .name(name) }
      complain("'\(key)' is \(value.kind)", [Self.hint(instead: value)])
    case .several:
      guard let elements = value.elements else {
        complain("'\(key)' is \(value.kind)", ["text.labels: several takes a list of names"])
        return nil
      }
      let names = elements.map(Self.name)
      if let index = names.firstIndex(where: { $0 == nil }) {
        complain("'\(key)' has \(elements[index].kind)", ["expected names of classes, or numbers"])
        return nil
      }
      let found = names.compactMap(\.self)
      if Set(found.map(ExactName.init)).count == found.count { return .names(found) }
      complain("'\(key)' names a class twice")
    }
    return nil
  }

  /// What to do with a label that is no class.
  private static func hint(instead value: JSONValue) -> String {
    if value.elements != nil { return "lists need text: {labels: several}" }
    return number(value) == nil
      ? "expected the name of a class, or its number"
      : "to learn numbers write text: {labels: number}"
  }

  private static func number(_ value: JSONValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  private static func name(_ value: JSONValue) -> String? {
    if case .integer(let number) = value { return String(number) }
    return value.text.flatMap { $0.isEmpty ? nil : $0 }
  }
}
