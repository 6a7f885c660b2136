import PETL

/// A change of an image's pixels with everything that was drawn for it.
enum ImageOperation: Sendable, Hashable {
  case mirror
  case brightness(Double)
  case contrast(Double)
  case saturation(Double)
  case hue(Double)
  case sharpness(Double)
  case shearX(Double)
  case shearY(Double)
  case translateX(Int)
  case translateY(Int)
  case rotate(Double)
  case posterize(Int)
  case solarize(Double)
  case autocontrast
  case equalize

  /// The image after it, which has three channels.
  func applied(to image: DecodedImage) -> DecodedImage {
    switch self {
    case .mirror: image.turned(.mirrored)
    case .brightness(let factor): image.withBrightness(factor)
    case .contrast(let factor): image.withContrast(factor)
    case .saturation(let factor): image.withSaturation(factor)
    case .hue(let part): image.withHue(part)
    case .sharpness(let factor): image.withSharpness(factor)
    case .shearX(let slope): image.moved(.shearX(slope))
    case .shearY(let slope): image.moved(.shearY(slope))
    case .translateX(let pixels): image.moved(.translated(x: pixels))
    case .translateY(let pixels): image.moved(.translated(y: pixels))
    case .rotate(let degrees):
      image.moved(.turned(degrees, height: image.height, width: image.width))
    case .posterize(let bits): image.posterized(bits: bits)
    case .solarize(let threshold): image.solarized(from: threshold)
    case .autocontrast: image.autocontrasted()
    case .equalize: image.equalized()
    }
  }
}

extension ColourJitter {
  /// Draws the changes in a random order, as torchvision's ColorJitter.
  func drawn(_ stream: inout AugmentationStream) -> [ImageOperation] {
    func factor(_ bound: Double, _ stream: inout AugmentationStream) -> Double {
      stream.uniform(max(0, 1 - bound)...1 + bound)
    }
    var found: [ImageOperation] = []
    if brightness > 0 { found.append(.brightness(factor(brightness, &stream))) }
    if contrast > 0 { found.append(.contrast(factor(contrast, &stream))) }
    if saturation > 0 { found.append(.saturation(factor(saturation, &stream))) }
    if hue > 0 { found.append(.hue(stream.uniform(-hue...hue))) }
    for last in found.indices.dropFirst().reversed() { found.swapAt(last, stream.below(last + 1)) }
    return found
  }
}

/// The operations of RandAugment, as torchvision has them (Cubuk et al., arXiv 1909.13719).
enum RandAugment {
  /// How many operations there are to draw from; the first changes nothing.
  static let count = 14

  /// Draws one operation.
  ///
  /// - Parameters:
  ///   - magnitude: how strong, 0 to 30.
  ///   - side: of the image.
  ///   - stream: of random numbers.
  /// - Returns: the operation; nil for the one that changes nothing.
  static func drawn(
    magnitude: Int, side: Int, _ stream: inout AugmentationStream
  ) -> ImageOperation? {
    let number = stream.below(count)
    let isNegative = (1...9).contains(number) && stream.below(2) == 1
    return operation(number, magnitude: magnitude, isNegative: isNegative, side: side)
  }

  /// An operation by its number in torchvision's list.
  static func operation(
    _ number: Int, magnitude: Int, isNegative: Bool, side: Int
  ) -> ImageOperation? {
    func level(_ most: Double) -> Double {
      isNegative ? -bin(0, Float(most), magnitude) : bin(0, Float(most), magnitude)
    }
    let shift = { Int(level(150.0 / 331.0 * Double(side))) }
    return switch number {
    case 1: .shearX(level(0.3))
    case 2: .shearY(level(0.3))
    case 3: .translateX(shift())
    case 4: .translateY(shift())
    case 5: .rotate(level(30))
    case 6: .brightness(1 + level(0.9))
    case 7: .saturation(1 + level(0.9))
    case 8: .contrast(1 + level(0.9))
    case 9: .sharpness(1 + level(0.9))
    case 10: .posterize(8 - Int((Double(magnitude) / 7.5).rounded(.toNearestOrEven)))
    case 11: .solarize(bin(255, 0, magnitude))
    case 12: .autocontrast
    case 13: .equalize
    default: nil
    }
  }

  /// One of 31 numbers from one to another, as PyTorch's `linspace` gives them in 32 bits.
  private static func bin(_ first: Float, _ last: Float, _ number: Int) -> Double {
    let step = (last - first) / 30
    return Double(
      number < 15 ? first + step * Float(number) : last - step * Float(30 - number))
  }
}
