import PETL

/// Features whose products are the Gaussian kernel of numbers, e^(−δ²/2): the trapezoid rule on the
/// kernel's Fourier transform, which converges faster than any power of the step.
///
/// The rule repeats the kernel with the period 2π / step, chosen beyond the range of the numbers,
/// and is cut where the transform vanishes; each error is below 1e-6, the kernel's below 1e-5.
struct FourierFeatures {
  /// How far beyond the range the kernel repeats: e^(−5.5²/2) = 3e-7.
  private static let gap = 5.5
  /// The highest frequency; twice the normal's tail beyond it is 6e-7.
  private static let highest = 5.0
  /// Beyond this range angles lose too much to rounding.
  private static let widest = 256.0

  private let frequencies: [Float]
  private let amplitudes: [Float]

  /// Makes the features, or nil where the kernel in full is cheaper or better.
  ///
  /// - Parameters:
  ///   - range: the largest distance, in bandwidths.
  ///   - elements: how many numbers there are.
  init?(range: Double, elements: Int) {
    guard range <= Self.widest else { return nil }
    let step = 2 * Double.pi / (range + Self.gap)
    let count = Int((Self.highest / step).rounded(.up))
    guard 2 * count <= elements else { return nil }
    frequencies = (1...count).map { Float(Double($0) * step) }
    // Both ±w; the constant of w = 0 is left out, for centring takes it away.
    amplitudes = (1...count).map { index in
      let w = Double(index) * step
      return Float(
        (2 * step / (2 * Double.pi).squareRoot() * exponential(-w * w / 2)).squareRoot())
    }
  }

  /// tr(KᵢHKⱼH) = ‖FᵢᵀHFⱼ‖²_F, [r, r], of numbers [elements, r] in bandwidths.
  ///
  /// The cost is linear in the number of elements.
  func alignments(of u: Tensor) -> Tensor {
    let (n, r, m) = (u.shape[0], u.shape[1], frequencies.count)
    let angles = u.reshaped([n, r, 1]) * Tensor(frequencies, shape: [1, 1, m])
    let amplitude = Tensor(amplitudes, shape: [1, 1, m])
    let features = Tensor.concatenated(
      [angles.cos() * amplitude, angles.sin() * amplitude], axis: 2)
    return features.reshaped([n, r * 2 * m]).gram(centered: true).squared()
      .reshaped([r, 2 * m, r, 2 * m]).sum(over: [1, 3])
  }
}
