import PETL

/// Weight decay as all rules of this package have it: one option, whatever the rule does with it.
enum WeightDecay {
  /// The default (our choice).
  static let usual = 1e-4
}

extension OptionReader {
  /// Declares weight decay.
  func weightDecay(_ value: inout Double) {
    number(
      "weight_decay", &value, in: 0...1e3,
      help: "weight decay; decoupled with adamw, part of the gradient with sgd and subzero")
  }
}
