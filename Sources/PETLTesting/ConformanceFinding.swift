/// Something that a plugin does not do as its protocol asks.
public struct ConformanceFinding: Sendable, Hashable, CustomStringConvertible {
  /// What was checked, such as `gradients` or `determinism`.
  public let check: String
  /// What was seen, with its figures.
  public let detail: String

  /// Makes a finding.
  public init(check: String, detail: String) {
    self.check = check
    self.detail = detail
  }

  /// Both in a line.
  public var description: String { "\(check): \(detail)" }
}
