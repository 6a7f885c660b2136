import CKernels

/// Seeded random numbers that split: every use takes its own stream by name, so adding one use
/// changes no other, and the numbers do not depend on the number of threads.
///
/// The numbers are Philox 4x32-10 (Salmon et al., SC 2011) of a 64-bit key and a counter.
public struct RandomGenerator: Sendable, Hashable {
  /// What the stream is a function of.
  package let key: UInt64
  /// How many blocks of four words were taken.
  package private(set) var counter: UInt64

  /// Starts a stream from a seed: the same seed gives the same numbers on every machine.
  public init(seed: UInt64) {
    self.init(key: Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15), counter: 0)
  }

  /// Goes on with a stream where it was left.
  package init(key: UInt64, counter: UInt64) {
    self.key = key
    self.counter = counter
  }

  /// A stream of its own for a named use; does not depend on what was taken from this one.
  public func split(_ name: String) -> RandomGenerator {
    // FNV-1a over the name, then a mix with the key.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return RandomGenerator(key: Self.mixed(key ^ Self.mixed(hash)), counter: 0)
  }

  /// A stream of its own for a numbered use, such as one layer or step of several.
  public func split(_ name: String, _ number: Int) -> RandomGenerator {
    split("\(name)#\(number)")
  }

  /// SplitMix64's finaliser.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The next `count` words, in whole blocks.
  package mutating func words(_ count: Int) -> [UInt32] {
    let key = key
    let start = counter
    counter &+= UInt64((count + 3) / 4)
    return unsafe Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { unsafe petl_philox(key, start, count, base) }
      initialized = count
    }
  }

  /// The next `count` numbers, uniform in [lower, upper); an empty range gives its bound.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - range: where they lie.
  /// - Returns: `count` numbers.
  public mutating func uniform(_ count: Int, in range: Range<Float> = 0..<1) -> [Float] {
    let width = range.upperBound - range.lowerBound
    // Where the range is far from 0 the sum may round up to the bound that is excluded.
    let largest = max(range.lowerBound, range.upperBound.nextDown)
    return words(count).map { min(largest, range.lowerBound + Float($0 >> 8) * 0x1p-24 * width) }
  }

  /// The next `count` numbers from a normal distribution (Box–Muller).
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - mean: the distribution's middle.
  ///   - deviation: the standard deviation, not the variance.
  /// - Returns: `count` numbers.
  public mutating func normal(_ count: Int, mean: Float = 0, deviation: Float = 1) -> [Float] {
    let words = words((count + 1) / 2 * 2)
    return (0..<count).map { i in
      let radius = (Double(words[i & ~1]) + 1) * 0x1p-32
      let angle = Double(words[i | 1]) * 0x1p-32 * 2 * Double.pi
      let length = (-2 * logarithm(radius)).squareRoot()
      return mean + deviation * Float(length * (i & 1 == 0 ? cosine(angle) : sine(angle)))
    }
  }

  /// The next permutation of `0 ..< count` (Fisher–Yates), every one as likely as another.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    let words = words(count)
    for i in order.indices.dropFirst().reversed() {
      // Multiplying instead of dividing; the bias is below count / 2^32.
      order.swapAt(i, Int((UInt64(words[i]) &* UInt64(i + 1)) >> 32))
    }
    return order
  }

  /// The next dropout mask: 0 with the given probability, else 1 / (1 − probability).
  package mutating func dropoutMask(_ shape: [Int], probability: Float) -> Tensor {
    require(probability >= 0 && probability < 1, "A dropout of \(probability) keeps nothing.")
    let mask = Tensor(uninitialized: shape)
    Kernels.dropoutMask(key: key, counter: counter, probability: probability, into: mask)
    counter &+= UInt64((mask.count + 3) / 4)
    return mask
  }
}
