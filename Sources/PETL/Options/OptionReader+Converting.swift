extension OptionReader {
  /// Declares an option that always has a value: reads it where it is given, or writes it.
  func visit<Value>(
    _ descriptor: OptionDescriptor, _ value: inout Value, expected: String,
    isRequired: Bool = false, writing write: (Value) -> ConfigurationNode?,
    reading read: (ConfigurationNode) -> Value?
  ) {
    let key = descriptor.name
    if isWriting {
      declare(descriptor)
      if let node = write(value) { self.write(key, node) }
      return
    }
    let found = self.value(descriptor, expected: expected, isRequired: isRequired, convert: read)
    guard let found else { return }
    note(key, from: write(value), to: write(found))
    value = found
  }

  /// Declares an option that may be nothing, which `null` and `~` say in a recipe.
  func visit<Value>(
    _ descriptor: OptionDescriptor, optional value: inout Value?, expected: String,
    writing write: (Value) -> ConfigurationNode, reading read: (ConfigurationNode) -> Value?
  ) {
    let key = descriptor.name
    if isWriting {
      declare(descriptor)
      if let value {
        self.write(key, write(value))
      } else if standard?.isSomething(key) == true {
        self.write(key, ConfigurationNode(plain: "null"))
        keptNulls.insert(key)
      }
      return
    }
    let found = self.value(descriptor, expected: expected, allowsNull: true, convert: read)
    if let found {
      note(key, from: value.map(write), to: write(found))
      value = found
    } else if value != nil, isNothing(key) {
      keptNulls.insert(key)
      note(key, from: value.map(write), to: nil)
      value = nil
    }
  }

  /// Keeps that a value was read, and whether it is other than the one before.
  func note(
    _ key: String, from before: ConfigurationNode?, to after: ConfigurationNode?
  ) {
    readKeys.insert(key)
    if before != after { changedKeys.insert(key) }
  }

  /// Whether the default of an option that was described is a value.
  private func isSomething(_ key: String) -> Bool {
    declarations.contains {
      $0.descriptor.name == key && !["none", Self.required].contains($0.descriptor.defaultValue)
    }
  }

  /// Whether a key is given `~` or `null`, in so many letters.
  func isNothing(_ key: String) -> Bool {
    guard let node = entry(key)?.value, case .scalar(let text, _) = node.value else { return false }
    return node.isNull && !text.isEmpty
  }

  /// Declares the option, looks its value up and converts it.
  ///
  /// Nil when it is absent or wrong, which has then been reported.
  func value<Value>(
    _ descriptor: OptionDescriptor, expected: String, allowsNull: Bool = false,
    isRequired: Bool = false, convert: (ConfigurationNode) -> Value?
  ) -> Value? {
    declare(descriptor)
    let key = descriptor.name
    guard let entry = entry(key) else {
      if isRequired { reportMissing(key, expected: expected) }
      return nil
    }
    guard entry.value.isNull else { return convert(entry.value) }
    if case .scalar(let text, _) = entry.value.value, allowsNull, !text.isEmpty { return nil }
    report("'\(path(key))' has no value", at: key, hints: ["expected \(expected)"])
    return nil
  }

  /// The default that marks an option as required.
  static var required: String { "required" }

  private func reportMissing(_ key: String, expected: String) {
    guard case .reading = mode else { return }
    let within = section.isEmpty ? "" : " in '\(section)'"
    report("missing key '\(key)'\(within)", hints: ["expected \(expected)"])
  }

  /// Reports that `node`, the value `name`, is not what was expected.
  func reportMismatch(
    _ node: ConfigurationNode, _ name: String, mustBe expected: String, hints: [String] = []
  ) {
    var hints = hints
    if case .scalar(let text, let isQuoted) = node.value, hints.isEmpty {
      let plain = ConfigurationNode(.scalar(text: text, isQuoted: false), span: node.span)
      if isQuoted, plain.numberValue != nil || plain.booleanValue != nil {
        hints = ["quotes make it a string: write \(text)"]
      } else if node.form == .leadingZero {
        hints = ["a leading zero means an octal number in YAML 1.1: write it without"]
      }
    }
    let message = "'\(name)' must be \(expected), found \(node.kindDescription)"
    mistakes.append(Diagnostic(message, at: node.span, hints: hints))
  }

  func integer(from node: ConfigurationNode, _ name: String, in range: ClosedRange<Int>?) -> Int? {
    guard let integer = node.integerValue else {
      let expected = node.form == .hugeInteger ? "a 64-bit integer" : "an integer"
      reportMismatch(node, name, mustBe: expected)
      return nil
    }
    if let range, !range.contains(integer) {
      reportMismatch(node, name, mustBe: rangeWords(range) ?? "in range")
      return nil
    }
    return integer
  }

  func number(from node: ConfigurationNode, _ name: String, in range: ClosedRange<Double>?)
    -> Double?
  {
    guard let number = node.numberValue, number.isFinite else {
      reportMismatch(node, name, mustBe: "a\(node.form == .notFinite ? " finite" : "") number")
      return nil
    }
    if let range, !range.contains(number) {
      reportMismatch(node, name, mustBe: rangeWords(range) ?? "in range")
      return nil
    }
    return number
  }

  func string(from node: ConfigurationNode, _ name: String, allowed: [String]? = nil) -> String? {
    guard let text = node.stringValue else {
      reportMismatch(node, name, mustBe: allowed.map(OptionReader.oneOf) ?? "a string")
      return nil
    }
    guard let allowed, !allowed.contains(text) else { return text }
    let hint =
      ForeignName.hint(site: text, allowed)
      ?? nearestName(to: text, among: allowed).map { "did you mean '\($0)'?" }
    reportMismatch(
      node, name, mustBe: OptionReader.oneOf(allowed), hints: [hint].compactMap(\.self))
    return nil
  }

  /// `one of a, b, c` for a sentence.
  static func oneOf(_ names: [String]) -> String {
    names.count == 1 ? "'\(names[0])'" : "one of \(names.joined(separator: ", "))"
  }
}
