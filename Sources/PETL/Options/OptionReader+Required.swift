/// Options without a default: either their absence has a meaning, and then `null` or `~` says the
/// same, or it is a mistake.
extension OptionReader {
  /// Declares an integer, in `range` if one is given, or nothing.
  public func optionalInteger(
    _ key: String, _ value: inout Int?, in range: ClosedRange<Int>? = nil, help: String
  ) {
    let descriptor = OptionDescriptor(
      name: key, kind: "integer", defaultValue: value.map { "\($0)" } ?? "none", help: help,
      range: rangeWords(range))
    visit(
      descriptor, optional: &value, expected: "an integer", writing: { .init(plain: "\($0)") }
    ) { integer(from: $0, path(key), in: range) }
  }

  /// Declares a finite number, in `range` if one is given, or nothing.
  public func optionalNumber(
    _ key: String, _ value: inout Double?, in range: ClosedRange<Double>? = nil, help: String
  ) {
    let descriptor = OptionDescriptor(
      name: key, kind: "number", defaultValue: value.map(numberWords) ?? "none", help: help,
      range: rangeWords(range))
    visit(descriptor, optional: &value, expected: "a number", writing: { .init(number: $0) }) {
      number(from: $0, path(key), in: range)
    }
  }

  /// Declares a string, or nothing.
  public func optionalString(_ key: String, _ value: inout String?, help: String) {
    let descriptor = OptionDescriptor(
      name: key, kind: "string", defaultValue: value ?? "none", help: help)
    visit(descriptor, optional: &value, expected: "a string", writing: { .init(text: $0) }) {
      string(from: $0, path(key))
    }
  }

  /// Declares one of the cases of an enumeration, by its raw value, or nothing.
  public func optionalChoice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ value: inout Choice?, help: String
  ) where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    let descriptor = OptionDescriptor(
      name: key, kind: "one of \(names.joined(separator: "|"))",
      defaultValue: value?.rawValue ?? "none", help: help, choices: names)
    visit(
      descriptor, optional: &value, expected: OptionReader.oneOf(names),
      writing: { .init(name: $0.rawValue) }
    ) { string(from: $0, path(key), allowed: names).flatMap(Choice.init(rawValue:)) }
  }

  /// Declares a string whose absence is a mistake.
  public func requiredString(_ key: String, _ value: inout String, help: String) {
    let descriptor = OptionDescriptor(
      name: key, kind: "string", defaultValue: OptionReader.required, help: help)
    visit(
      descriptor, &value, expected: "a string", isRequired: true, writing: { .init(text: $0) }
    ) { string(from: $0, path(key)) }
  }

  /// Declares a finite number whose absence is a mistake, in `range` if one is given.
  public func requiredNumber(
    _ key: String, _ value: inout Double, in range: ClosedRange<Double>? = nil, help: String
  ) {
    let descriptor = OptionDescriptor(
      name: key, kind: "number", defaultValue: OptionReader.required, help: help,
      range: rangeWords(range))
    visit(
      descriptor, &value, expected: "a number", isRequired: true, writing: { .init(number: $0) }
    ) { number(from: $0, path(key), in: range) }
  }
}
