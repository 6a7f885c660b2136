/// A value of a key in PEFT's `adapter_config.json`.
public enum PEFTValue: Sendable, Hashable {
  /// A whole number.
  case whole(Int)
  /// A number with a fraction or without.
  case number(Double)
  /// A truth value.
  case flag(Bool)
  /// A string.
  case text(String)
  /// A list of strings.
  case names([String])

  /// The number, whole or not.
  public var double: Double? {
    switch self {
    case .whole(let whole): Double(whole)
    case .number(let number): number
    case .flag, .text, .names: nil
    }
  }

  /// The number that is written as a whole one; nil of anything else.
  public var whole: Int? { if case .whole(let whole) = self { whole } else { nil } }

  /// Whether both are the same value; numbers may be whole or not.
  func equals(_ other: PEFTValue) -> Bool {
    if let number = double, let found = other.double { return number == found }
    return self == other
  }
}

extension PEFTValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
  /// A whole number.
  public init(integerLiteral value: Int) { self = .whole(value) }

  /// A number with a fraction.
  public init(floatLiteral value: Double) { self = .number(value) }

  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .flag(value) }

  /// A string.
  public init(stringLiteral value: String) { self = .text(value) }

  /// A list of strings.
  public init(arrayLiteral elements: String...) { self = .names(elements) }
}

extension PEFTValue: CustomStringConvertible {
  /// The value as a recipe has it.
  public var description: String {
    switch self {
    case .whole(let whole): "\(whole)"
    case .number(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .text(let text): text
    case .names(let names): "[\(names.joined(separator: ", "))]"
    }
  }
}
