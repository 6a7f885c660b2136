import Checkpoints
import PETL

/// One JSON object in a line of a file, and what is wrong with it.
struct JSONLine {
  /// Its values by their keys, the first of each.
  let values: [String: JSONValue]
  /// Where it is.
  let span: SourceSpan
  /// What is wrong so far.
  private(set) var mistakes: [Diagnostic] = []

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - text: a JSON object.
  ///   - span: of the line.
  ///   - keys: those that mean something; one that is nearly one of them is a mistake, others are left alone.
  ///   - forms: what a line may be, in hints.
  /// - Throws: `DiagnosticError` when it is no JSON object.
  init(_ text: String, at span: SourceSpan, keys: [String], forms: String) throws {
    self.span = span
    do {
      let json = try JSONValue(parsing: Array(text.utf8), name: "this line")
      guard let members = json.members else { throw DiagnosticError("this line is \(json.kind)") }
      values = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
      for member in members where !keys.contains(member.name) {
        guard let nearest = nearestName(to: member.name, among: keys),
          !members.contains(where: { $0.name == nearest })
        else { continue }
        complain("there is no key '\(member.name)'", ["did you mean '\(nearest)'?"])
      }
    } catch let error as DiagnosticError {
      throw DiagnosticError(
        error.diagnostics.map { Diagnostic($0.message, at: span, hints: [forms]) })
    }
  }

  /// Adds a mistake.
  mutating func complain(_ message: String, _ hints: [String] = []) {
    mistakes.append(Diagnostic(message, at: span, hints: hints))
  }

  /// A text; nil where the line has none, or, with a mistake, where it is something else.
  mutating func string(_ key: String) -> String? {
    guard let value = values[key] else { return nil }
    if value.text == nil { complain("'\(key)' is \(value.kind)", ["expected a text"]) }
    return value.text
  }

  /// The one of some keys that the line has; nil, with a mistake, where there is none or several.
  mutating func only(_ keys: [String], forms: String) -> String? {
    let found = keys.filter { values[$0] != nil }
    if found.count == 1 { return found[0] }
    complain(
      found.isEmpty
        ? "there is no \(keys.map { "'\($0)'" }.joined(separator: " and no ")) in this line"
        : "there are \(found.map { "'\($0)'" }.joined(separator: " and ")) in this line", [forms])
    return nil
  }
}
