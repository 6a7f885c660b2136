import Foundation
import PETL

/// How the next token is chosen among those that may come.
public struct TokenSampling: Sendable, Hashable {
  /// What logits are divided by; 0 for always the most probable token.
  public var temperature: Double = 0
  /// How many of the most probable tokens may come; nil for all.
  public var topK: Int?
  /// The probability that the tokens that may come have together; nil for all.
  public var topP: Double?

  /// Always the most probable token.
  public init() {}

  /// The next token.
  ///
  /// First the temperature, then `topK`, then `topP`, as transformers does it: of the most probable tokens so many
  /// that their probabilities reach `topP`, at least one. Of equal logits the lower number comes first.
  ///
  /// - Parameters:
  ///   - logits: one for each token.
  ///   - generator: random numbers; none are drawn at temperature 0.
  /// - Returns: the number of the token.
  func token(_ logits: [Float], _ generator: inout RandomGenerator) -> Int {
    guard temperature > 0 else {
      var best = 0
      for index in logits.indices where logits[index] > logits[best] { best = index }
      return best
    }
    var order = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }
    if let topK { order.removeLast(max(0, order.count - topK)) }
    let largest = Double(logits[order[0]])
    var weights = order.map { exp((Double(logits[$0]) - largest) / temperature) }
    if let topP {
      let total = weights.reduce(0, +)
      var sum = 0.0
      let kept = weights.firstIndex { weight in
        sum += weight / total
        return sum >= topP
      }
      if let kept { weights.removeLast(weights.count - kept - 1) }
    }
    let total = weights.reduce(0, +)
    var rest = Double(generator.uniform(1, in: 0..<1)[0]) * total
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return order[index] }
    }
    return order[weights.count - 1]
  }
}
