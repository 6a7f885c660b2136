/// Options without a default: either their absence has a meaning, and then `null` or `~` says the
/// same, or it is a mistake.
extension OptionReader {
  /// An integer, in `range` if one is given; nil when the key is absent or `null`.
  public func optionalInteger(
    _ key: String, in range: ClosedRange<Int>? = nil, help: String
  ) -> Int? {
    let descriptor = OptionDescriptor(
      name: key, kind: "integer", defaultValue: "none", help: help, range: rangeWords(range))
    return value(descriptor, expected: "an integer", allowsNull: true) {
      integer(from: $0, path(key), in: range)
    }
  }

  /// A finite number, in `range` if one is given; nil when the key is absent or `null`.
  public func optionalNumber(
    _ key: String, in range: ClosedRange<Double>? = nil, help: String
  ) -> Double? {
    let descriptor = OptionDescriptor(
      name: key, kind: "number", defaultValue: "none", help: help, range: rangeWords(range))
    return value(descriptor, expected: "a number", allowsNull: true) {
      number(from: $0, path(key), in: range)
    }
  }

  /// A string; nil when the key is absent or `null`.
  public func optionalString(_ key: String, help: String) -> String? {
    let descriptor = OptionDescriptor(name: key, kind: "string", defaultValue: "none", help: help)
    return value(descriptor, expected: "a string", allowsNull: true) { string(from: $0, path(key)) }
  }

  /// A string whose absence is a mistake; nil then, and where there is nothing to read from.
  public func requiredString(_ key: String, help: String) -> String? {
    let descriptor = OptionDescriptor(
      name: key, kind: "string", defaultValue: OptionReader.required, help: help)
    return value(descriptor, expected: "a string", isRequired: true) { string(from: $0, path(key)) }
  }

  /// A finite number whose absence is a mistake; nil then, and where there is nothing to read from.
  public func requiredNumber(
    _ key: String, in range: ClosedRange<Double>? = nil, help: String
  ) -> Double? {
    let descriptor = OptionDescriptor(
      name: key, kind: "number", defaultValue: OptionReader.required, help: help,
      range: rangeWords(range))
    return value(descriptor, expected: "a number", isRequired: true) {
      number(from: $0, path(key), in: range)
    }
  }
}
