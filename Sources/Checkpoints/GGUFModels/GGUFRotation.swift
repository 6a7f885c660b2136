import Foundation

/// What GGUF files do to rotary positions.
enum GGUFRotation {
  /// Where each row of Hugging Face's query or key weight is in a GGUF file.
  ///
  /// Hugging Face turns the first half of a head against the second, llama.cpp neighbours against each
  /// other: row (h, s, j) there, of head h, half s and pair j, is row (h, j, s) here.
  static func fileRows(heads: Int, width: Int) -> [Int] {
    (0..<heads * width).map { row in
      let (head, place) = (row / width, row % width)
      return head * width + place % (width / 2) * 2 + place / (width / 2)
    }
  }

  /// Where each row of a GGUF file is in Hugging Face's weight: the reverse of `fileRows`.
  static func libraryRows(heads: Int, width: Int) -> [Int] {
    (0..<heads * width).map { row in
      let (head, place) = (row / width, row % width)
      return head * width + place % 2 * (width / 2) + place / 2
    }
  }

  /// The scaling of frequencies of Llama 3.1 and later.
  struct Llama3: Equatable {
    var factor: Double
    var low: Double
    var high: Double
    var original: Int

    /// What each frequency is divided by: [width / 2].
    func divisors(theta: Double, width: Int) -> [Float] {
      (0..<width / 2).map { i in
        let length = 2 * Double.pi * pow(theta, 2 * Double(i) / Double(width))
        let turns = Double(original) / length
        if turns < low { return Float(factor) }
        if turns > high { return 1 }
        let share = (turns - low) / (high - low)
        return Float(1 / ((1 - share) / factor + share))
      }
    }

    /// The scaling that has these divisors, among those that published models have; nil when none has.
    init?(divisors: [Float], theta: Double) {
      guard let factor = divisors.max(), factor > 1 else { return nil }
      for original in [8192, 4096, 2048, 16384, 32768] {
        let scaling = Llama3(factor: Double(factor), low: 1, high: 4, original: original)
        let wanted = scaling.divisors(theta: theta, width: 2 * divisors.count)
        if zip(wanted, divisors).allSatisfy({ abs($0 - $1) <= 1e-4 * $0 }) {
          self = scaling
          return
        }
      }
      return nil
    }

    init(factor: Double, low: Double, high: Double, original: Int) {
      (self.factor, self.low, self.high, self.original) = (factor, low, high, original)
    }
  }
}
