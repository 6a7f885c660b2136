extension OptionReader {
  /// An integer, in `range` if one is given.
  public func integer(
    _ key: String, default fallback: Int, in range: ClosedRange<Int>? = nil, help: String
  ) -> Int {
    let descriptor = OptionDescriptor(
      name: key, kind: "integer", defaultValue: "\(fallback)", help: help, range: rangeWords(range))
    return value(descriptor, expected: "an integer") {
      integer(from: $0, path(key), in: range)
    } ?? fallback
  }

  /// A finite number, in `range` if one is given.
  public func number(
    _ key: String, default fallback: Double, in range: ClosedRange<Double>? = nil, help: String
  ) -> Double {
    let descriptor = OptionDescriptor(
      name: key, kind: "number", defaultValue: numberWords(fallback), help: help,
      range: rangeWords(range))
    return value(descriptor, expected: "a number") {
      number(from: $0, path(key), in: range)
    } ?? fallback
  }

  /// A boolean: one of YAML's plain words `true`, `false`, `yes`, `no`, `on`, `off`.
  public func boolean(_ key: String, default fallback: Bool, help: String) -> Bool {
    let descriptor = OptionDescriptor(
      name: key, kind: "boolean", defaultValue: "\(fallback)", help: help)
    return value(descriptor, expected: "true or false") { node -> Bool? in
      if node.booleanValue == nil {
        reportMismatch(node, path(key), mustBe: "true or false")
      }
      return node.booleanValue
    } ?? fallback
  }

  /// A string; a plain number or boolean counts as the text it is written with.
  public func string(_ key: String, default fallback: String, help: String) -> String {
    let descriptor = OptionDescriptor(
      name: key, kind: "string", defaultValue: fallback, help: help)
    return value(descriptor, expected: "a string") { string(from: $0, path(key)) } ?? fallback
  }

  /// One of the cases of an enumeration, by its raw value.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: Choice, help: String
  ) -> Choice where Choice.RawValue == String {
    choice(key, default: fallback, isRequired: false, help: help) ?? fallback
  }

  /// One of the cases of an enumeration, by its raw value; its absence is a mistake.
  public func requiredChoice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, of type: Choice.Type, help: String
  ) -> Choice? where Choice.RawValue == String {
    choice(key, default: nil, isRequired: true, help: help)
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: Choice?, isRequired: Bool, help: String
  ) -> Choice? where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    let descriptor = OptionDescriptor(
      name: key, kind: "one of \(names.joined(separator: "|"))",
      defaultValue: fallback?.rawValue ?? OptionReader.required, help: help, choices: names)
    return value(descriptor, expected: OptionReader.oneOf(names), isRequired: isRequired) {
      string(from: $0, path(key), allowed: names).flatMap(Choice.init(rawValue:))
    }
  }
}
