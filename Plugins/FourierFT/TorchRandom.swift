/// PyTorch's random whole numbers on a CPU, from a seed: the Mersenne Twister MT19937 (Matsumoto and Nishimura,
/// 1998), as `torch.Generator().manual_seed(seed)` starts it.
struct TorchRandom {
  /// How long a permutation is not, since PyTorch draws a longer one otherwise.
  static let longest = Int(UInt32.max) / 20

  private var state: [UInt32]
  private var next = 624

  /// Starts as PyTorch does, by the lower half of a seed.
  init(seed: UInt64) {
    state = [UInt32(truncatingIfNeeded: seed)]
    for index in 1..<UInt32(624) {
      let last = state[state.count - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ index)
    }
  }

  /// The next number of 32 bits.
  mutating func random() -> UInt32 {
    if next == 624 { turn() }
    var y = state[next]
    next += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9d2c_5680
    y ^= (y << 15) & 0xefc6_0000
    return y ^ (y >> 18)
  }

  /// The first numbers of `torch.randperm(count)`.
  ///
  /// PyTorch exchanges each place with one that is drawn from it on; only the places that were touched are
  /// kept here.
  ///
  /// - Parameters:
  ///   - length: How many numbers to give, at most `count`.
  ///   - count: Less than `longest`.
  /// - Returns: Different numbers, each less than `count`.
  mutating func permutation(_ length: Int, of count: Int) -> [Int] {
    var moved: [Int: Int] = [:]
    return (0..<length).map { place in
      // The last place has nothing to be exchanged with.
      guard place < count - 1 else { return moved[place] ?? place }
      let other = place + Int(random()) % (count - place)
      let value = moved[other] ?? other
      moved[other] = moved[place] ?? place
      return value
    }
  }

  private mutating func turn() {
    for index in 0..<624 {
      let y = (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7fff_ffff)
      state[index] = state[(index + 397) % 624] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_b0df)
    }
    next = 0
  }
}
