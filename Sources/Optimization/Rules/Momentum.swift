import PETL

/// The momentum of rules that keep a part of the sum of gradients.
enum Momentum {
  /// The default (our choice).
  static let usual = 0.9
}

extension OptionReader {
  /// Declares momentum.
  func momentum(_ value: inout Double) {
    number(
      "momentum", &value, in: 0...0.999999,
      help: "how much of the sum of gradients is kept (default our choice)")
  }
}
