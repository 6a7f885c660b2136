/// A stream of random numbers that depends only on a seed and an index.
///
/// SplitMix64 (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195) started at a hash of both,
/// so that the i-th image of a set can be made without making those before it. The numbers are the
/// same on every platform and in every version, which the standard library does not promise of its
/// own `shuffle` and `random(in:)`.
struct SeededStream {
  private var state: UInt64

  /// The stream number `index` of `seed`.
  init(seed: UInt64, index: UInt64 = 0) {
    state = mixed(mixed(seed &+ gamma) ^ (index &* 0xD134_2543_DE82_EF95 &+ gamma))
  }

  /// The next 64 random bits.
  mutating func next() -> UInt64 {
    state &+= gamma
    return mixed(state)
  }

  /// A number in 0..<1, of 24 random bits.
  mutating func unit() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// A number in `low`..<`high`.
  mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * unit()
  }

  /// An integer in 0..<`bound`, each with a probability that is equal to within bound·2⁻⁶⁴.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// The numbers 0..<`count` in random order (Fisher and Yates).
  mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, below(last + 1))
    }
    return order
  }
}

/// 2⁶⁴ divided by the golden ratio: the step of SplitMix64.
private let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15

/// SplitMix64's finalizer: every bit of `value` reaches every bit of the result.
private func mixed(_ value: UInt64) -> UInt64 {
  var bits = value
  bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
  bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
  return bits ^ (bits >> 31)
}
