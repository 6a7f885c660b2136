import Checkpoints
import PETL

/// Reads a configuration file to its last key, by tables, and collects all that is wrong with it.
///
///     let reader = ConfigurationReader(file: path)
///     let top = reader.section(json, "", Tables.top)
///     let vision = reader.section(top["vision_config"], "vision_config.", Tables.vision)
///     heads = vision.whole("num_attention_heads")
///     try reader.finish()   // throws every problem at once
///     notes += reader.notes
///
/// Making a section checks each of its members against the table; values that are wrong read as absent
/// after that, so that a reader needs no checks of its own. What is wrong for another reason, such as two
/// keys that contradict each other, is told with `complain`.
final class ConfigurationReader {
  /// The file, for messages.
  let file: String
  private var problems: [Diagnostic] = []
  private var unknown: [String] = []
  private var remarks: [Note] = []

  /// Begins to read a file.
  init(file: String) { self.file = file }

  /// A section, checked against its table.
  ///
  /// - Parameters:
  ///   - json: the object; nil or null of a section that is not there.
  ///   - prefix: what stands before its keys in messages, `model_args.`; empty at the top.
  ///   - table: its keys.
  ///   - owner: whose members they are, where the file itself has no such keys: an architecture.
  /// - Returns: the members that may be read.
  func section(
    _ json: JSONValue?, _ prefix: String, _ table: ConfigurationTable, owner: String? = nil
  ) -> ConfigurationSection {
    var section = ConfigurationSection(members: [], prefix: prefix, owner: owner)
    guard let json, !json.isNull else { return section }
    guard let members = json.members else {
      let name = prefix.isEmpty ? file : "\(file): `\(prefix.dropLast())`"
      complain("\(name) is \(json.kind)", hints: ["expected an object"])
      return section
    }
    section.members = members.filter { check($0, section, table) }
    return section
  }

  /// Whether a member may be read.
  private func check(
    _ member: JSONValue.Member, _ section: ConfigurationSection, _ table: ConfigurationTable
  ) -> Bool {
    let key = section.name(member.name)
    let stated = section.owner.map { "\($0) has `\(member.name)`" } ?? "\(key) is"
    guard let rule = table.rules[member.name] else {
      unknown.append(key)
      return false
    }
    if member.value.isNull { return true }
    switch rule {
    case .section: return true
    case .idle: return false
    case .used(let kind):
      if kind.accepts(member.value) { return true }
      let otherwise = kind.otherwise.map { ": \($0)" } ?? ""
      complain(
        "\(file): \(stated) \(member.value.brief)\(otherwise)",
        hints: ["expected \(kind.expected)"])
      return false
    case .only(let values, let otherwise):
      if values.contains(member.value) { return true }
      complain(
        "\(file): \(stated) \(member.value.brief): \(otherwise)",
        hints: [
          "expected \((values.isEmpty ? [.null] : values).map(\.brief).joined(separator: " or "))"
        ]
      )
      return false
    }
  }

  /// Adds a problem.
  func complain(_ message: String, hints: [String] = []) {
    problems.append(Diagnostic(message, hints: hints))
  }

  /// Adds a note.
  func note(_ note: Note) { remarks.append(note) }

  /// What the user should know of the file, a sentence each.
  var notes: [Note] {
    if unknown.isEmpty { return remarks }
    let (verb, whose) = unknown.count == 1 ? ("is not a key", "it is") : ("are no keys", "they are")
    return remarks + [
      Note(
        "\(unknown.joined(separator: ", ")) \(verb) that petl knows: \(whose) left alone", at: file)
    ]
  }

  /// Ends reading.
  ///
  /// - Throws: `DiagnosticError` with all problems.
  func finish() throws {
    try problems.throwIfAny()
  }
}

/// The members of a section that passed their table.
struct ConfigurationSection {
  fileprivate(set) var members: [JSONValue.Member]
  /// What stands before its keys in messages.
  let prefix: String
  /// Whose members they are, where the file itself has no such keys.
  let owner: String?

  /// A value; nil where it is absent, null or was complained about.
  subscript(key: String) -> JSONValue? {
    members.first { $0.name == key }.flatMap {
      $0.value.isNull ? nil : $0.value
    }
  }

  /// Whether a key is there, null or not.
  func has(_ key: String) -> Bool {
    members.contains { $0.name == key }
  }

  /// A key as messages have it, `` `model_args.num_heads` ``.
  func name(_ key: String) -> String { owner ?? "`\(prefix)\(key)`" }

  /// A whole number, with its key.
  func whole(_ key: String) -> Described<Int>? { described(key, \.whole) }
  /// A number, with its key.
  func number(_ key: String) -> Described<Double>? { described(key, \.double) }
  /// A truth value, with its key.
  func flag(_ key: String) -> Described<Bool>? { described(key, \.flag) }
  /// A text, with its key.
  func text(_ key: String) -> Described<String>? { described(key, \.text) }
  /// A list of whole numbers, with its key.
  func wholes(_ key: String) -> Described<[Int]>? {
    described(key) { $0.elements?.compactMap(\.whole) }
  }
  /// Height and width, with their key.
  func size(_ key: String) -> Described<ImageExtent>? {
    described(key) { value in
      if let side = value.whole { return ImageExtent(height: side, width: side) }
      guard let sides = value.elements?.compactMap(\.whole), sides.count >= 2 else { return nil }
      // timm's input_size begins with the channels.
      return ImageExtent(height: sides[sides.count - 2], width: sides[sides.count - 1])
    }
  }

  private func described<Value>(
    _ key: String, _ read: (JSONValue) -> Value?
  ) -> Described<Value>? {
    self[key].flatMap(read).map { Described($0, key: name(key)) }
  }
}
