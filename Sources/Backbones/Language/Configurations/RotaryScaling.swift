import Foundation

/// How the angles of rotary positions are changed for texts that are longer than those of pre-training.
public enum RotaryScaling: Sendable, Hashable {
  /// Not at all.
  case none
  /// All frequencies are divided by a factor.
  case linear(factor: Double)
  /// Low frequencies are divided by a factor, high ones stay, and those between are mixed of both (Llama 3.1).
  case llama3(factor: Double, low: Double, high: Double, context: Double)
}

/// Rotary positions of some layers.
public struct RotaryPositions: Sendable, Hashable {
  /// θ: pair i of a head of width d has the frequency θ^(−2i/d).
  public var base: Double
  /// What becomes of the frequencies.
  public var scaling: RotaryScaling

  /// Says how tokens are turned.
  public init(base: Double, scaling: RotaryScaling = .none) {
    (self.base, self.scaling) = (base, scaling)
  }

  /// The frequencies of the pairs of a head, rounded to 32 bits as often as transformers rounds them.
  func frequencies(headWidth: Int) -> [Float] {
    (0..<headWidth / 2).map { pair in
      let exponent = Float(2 * pair) / Float(headWidth)
      let plain = 1 / Float(pow(base, Double(exponent)))
      switch scaling {
      case .none: return plain
      case .linear(let factor): return plain / Float(factor)
      case .llama3(let factor, let low, let high, let context):
        let length = 2 * Double.pi / Double(plain)
        if length > context / low { return Float(Double(plain) / factor) }
        if length < context / high { return plain }
        let share = (context / length - low) / (high - low)
        return Float((1 - share) * Double(plain) / factor + share * Double(plain))
      }
    }
  }
}
