import PETL

/// A regular expression in the dialect of Python's `re`, as PEFT's configurations hold them.
///
/// The semantics are those of Python 3.11: scalars, not characters; the first alternative that leads to a
/// match wins; look-behind of fixed width; conditional groups and references back. An expression without
/// the latter two is matched in time linear in its size and the text's; every other one, too, ends when
/// its steps are used up. What is not supported is refused by its name, never matched in another way.
struct PythonPattern: Sendable {
  /// The longest expression that is compiled, in UTF-8 bytes (our choice).
  static let maximumLength = 4096
  /// The longest text that is matched, in scalars (our choice; a module's path has some fifty).
  static let maximumText = 2048

  /// The expression.
  let source: String
  private let program: PatternProgram

  /// Compiles an expression.
  ///
  /// - Throws: `PatternFault` when Python would not take it, or it holds what is not supported.
  init(_ source: String) throws {
    guard source.utf8.count <= Self.maximumLength else {
      throw PatternFault(
        "is too long: \(source.utf8.count) bytes, at most \(Self.maximumLength) are read")
    }
    self.source = source
    var parser = PatternParser(source)
    let node = try parser.parse()
    program = try PatternProgram(node, groups: parser.groupCount, names: parser.names)
  }

  /// Whether the whole of `text` matches, as `re.fullmatch` says.
  ///
  /// - Parameters:
  ///   - text: At most `maximumText` scalars.
  ///   - steps: How many steps may still be taken; those that were are taken off.
  /// - Returns: Whether it matches.
  /// - Throws: `PatternFault` when they do not suffice.
  func matches(_ text: String, steps: inout Int) throws -> Bool {
    var machine = try machine(text, steps)
    defer { steps = machine.steps }
    return try machine.run(0, at: 0, toEnd: true) != nil
  }

  /// What a match at the start of `text` has in the group `name`, as `re.match` says; nil without a match.
  ///
  /// - Parameters:
  ///   - name: The name of a group.
  ///   - text: At most `maximumText` scalars.
  ///   - steps: How many steps may still be taken; those that were are taken off.
  /// - Returns: The text of the group.
  /// - Throws: `PatternFault` when they do not suffice.
  func group(_ name: String, ofMatchIn text: String, steps: inout Int) throws -> String? {
    var machine = try machine(text, steps)
    defer { steps = machine.steps }
    guard try machine.run(0, at: 0, toEnd: false) != nil, let group = program.names[name],
      let range = machine.range(of: group)
    else { return nil }
    return String(String.UnicodeScalarView(machine.text[range]))
  }

  /// Whether a match at the start of `text` exists, as `re.match` says.
  ///
  /// - Throws: `PatternFault` when the steps do not suffice.
  func matchesStart(of text: String, steps: inout Int) throws -> Bool {
    var machine = try machine(text, steps)
    defer { steps = machine.steps }
    return try machine.run(0, at: 0, toEnd: false) != nil
  }

  private func machine(_ text: String, _ steps: Int) throws -> PatternMachine {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count <= Self.maximumText else {
      throw PatternFault(
        "meets a name of \(scalars.count) characters, at most \(Self.maximumText) are matched")
    }
    if program.ignoresCase, scalars.contains(where: { !$0.isASCII }) {
      throw PatternFault("ignores case, and meets `\(text)`, which is not ASCII")
    }
    return PatternMachine(program, scalars, steps: steps)
  }
}

/// Why an expression is not compiled or not matched to its end.
struct PatternFault: Error {
  /// A phrase that follows the expression: `is too long`.
  let reason: String
  /// What to write instead.
  let hint: String?

  init(_ reason: String, hint: String? = nil) {
    (self.reason, self.hint) = (reason, hint)
  }
}
