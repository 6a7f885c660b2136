import PETL

/// The start of adapters whose ΔW is zero, for rules on matrices of fixed rank.
enum FactorStart {
  /// The default of its singular values (our choice).
  static let usual = 0.01
}

extension OptionReader {
  /// Declares the singular values of the start.
  func startScale(_ value: inout Double) {
    number(
      "start_scale", &value, in: 1e-9...1e6,
      help: "the singular values that a zero update starts with (our choice)")
  }
}
