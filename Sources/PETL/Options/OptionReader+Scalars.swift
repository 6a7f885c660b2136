extension OptionReader {
  /// Declares an integer, in `range` if one is given.
  public func integer(
    _ key: String, _ value: inout Int, in range: ClosedRange<Int>? = nil, help: String
  ) {
    let descriptor = OptionDescriptor(
      name: key, kind: "integer", defaultValue: "\(value)", help: help, range: rangeWords(range))
    visit(descriptor, &value, expected: "an integer", writing: { .init(plain: "\($0)") }) {
      integer(from: $0, path(key), in: range)
    }
  }

  /// Declares a finite number, in `range` if one is given.
  public func number(
    _ key: String, _ value: inout Double, in range: ClosedRange<Double>? = nil, help: String
  ) {
    let descriptor = OptionDescriptor(
      name: key, kind: "number", defaultValue: numberWords(value), help: help,
      range: rangeWords(range))
    visit(descriptor, &value, expected: "a number", writing: { .init(number: $0) }) {
      number(from: $0, path(key), in: range)
    }
  }

  /// Declares a boolean: one of YAML's plain words `true`, `false`, `yes`, `no`, `on`, `off`.
  public func boolean(_ key: String, _ value: inout Bool, help: String) {
    let descriptor = OptionDescriptor(
      name: key, kind: "boolean", defaultValue: "\(value)", help: help)
    visit(descriptor, &value, expected: "true or false", writing: { .init(plain: "\($0)") }) {
      if $0.booleanValue == nil { reportMismatch($0, path(key), mustBe: "true or false") }
      return $0.booleanValue
    }
  }

  /// Declares a string; a plain number or boolean counts as the text it is written with.
  public func string(_ key: String, _ value: inout String, help: String) {
    let descriptor = OptionDescriptor(name: key, kind: "string", defaultValue: value, help: help)
    visit(descriptor, &value, expected: "a string", writing: { .init(text: $0) }) {
      string(from: $0, path(key))
    }
  }

  /// Declares one of the cases of an enumeration, by its raw value.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ value: inout Choice, help: String
  ) where Choice.RawValue == String {
    choice(key, &value, default: value.rawValue, isRequired: false, help: help)
  }

  /// Declares one of the cases of an enumeration, by its raw value; its absence is a mistake.
  public func requiredChoice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ value: inout Choice, help: String
  ) where Choice.RawValue == String {
    choice(key, &value, default: OptionReader.required, isRequired: true, help: help)
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ value: inout Choice, default words: String, isRequired: Bool, help: String
  ) where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    let descriptor = OptionDescriptor(
      name: key, kind: "one of \(names.joined(separator: "|"))", defaultValue: words, help: help,
      choices: names)
    visit(
      descriptor, &value, expected: OptionReader.oneOf(names), isRequired: isRequired,
      writing: { .init(name: $0.rawValue) }
    ) {
      string(from: $0, path(key), allowed: names).flatMap(Choice.init(rawValue:))
    }
  }
}
