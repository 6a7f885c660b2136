import Foundation
import PETL

/// Parts of images and images that are moved, as Pillow does it, byte for byte.
extension DecodedImage {
  /// The pixels of a rectangle.
  func cut(_ box: PixelBox) -> DecodedImage {
    let length = box.width * channels
    var result = [UInt8]()
    result.reserveCapacity(box.height * length)
    for row in box.top..<box.top + box.height {
      let first = (row * width + box.left) * channels
      result += pixels[first..<first + length]
    }
    return DecodedImage(pixels: result, height: box.height, width: box.width, channels: channels)
  }

  /// The pixels seen through a matrix: that at (x, y) is the one of this image at
  /// (a x + b y + c, d x + e y + f), counted from the corner of a pixel to its middle; black where there is none.
  ///
  /// In 16.16 fixed point, the nearest pixel (`affine_fixed` of Pillow's Geometry.c).
  func moved(_ matrix: AffineMatrix) -> DecodedImage {
    func fixed(_ value: Double) -> Int { Int((value * 65536 + 0.5).rounded(.down)) }
    let (a, b, d, e) = (fixed(matrix.a), fixed(matrix.b), fixed(matrix.d), fixed(matrix.e))
    var rowX = fixed(matrix.c + matrix.a * 0.5 + matrix.b * 0.5)
    var rowY = fixed(matrix.f + matrix.d * 0.5 + matrix.e * 0.5)
    var result = [UInt8](repeating: 0, count: pixels.count)
    for row in 0..<height {
      var (x, y) = (rowX, rowY)
      for column in 0..<width {
        let (from, line) = (x >> 16, y >> 16)
        if from >= 0, from < width, line >= 0, line < height {
          let (target, source) = (
            (row * width + column) * channels, (line * width + from) * channels
          )
          for channel in 0..<channels { result[target + channel] = pixels[source + channel] }
        }
        (x, y) = (x + a, y + d)
      }
      (rowX, rowY) = (rowX + b, rowY + e)
    }
    return DecodedImage(pixels: result, height: height, width: width, channels: channels)
  }
}

/// Where the pixels of an image that is moved come from.
struct AffineMatrix {
  var a = 1.0, b = 0.0, c = 0.0
  var d = 0.0, e = 1.0, f = 0.0

  /// Sheared along x by a slope.
  static func shearX(_ slope: Double) -> AffineMatrix { AffineMatrix(b: tan(atan(slope))) }

  /// Sheared along y by a slope.
  static func shearY(_ slope: Double) -> AffineMatrix { AffineMatrix(d: tan(atan(slope))) }

  /// Moved by whole pixels.
  static func translated(x: Int = 0, y: Int = 0) -> AffineMatrix {
    AffineMatrix(c: Double(-x), f: Double(-y))
  }

  /// Turned against the clock around the middle, as Pillow's `Image.rotate`.
  ///
  /// - Parameters:
  ///   - degrees: the angle.
  ///   - height: of the image.
  ///   - width: of the image.
  /// - Returns: the matrix, its cosines and sines rounded to 15 places as there.
  static func turned(_ degrees: Double, height: Int, width: Int) -> AffineMatrix {
    let turn = degrees.truncatingRemainder(dividingBy: 360)
    let angle = -((turn < 0 ? turn + 360 : turn) * .pi / 180)
    func rounded(_ value: Double) -> Double { (value * 1e15).rounded(.toNearestOrEven) / 1e15 }
    let (cosine, sine) = (rounded(cos(angle)), rounded(sin(angle)))
    let (x, y) = (Double(width) / 2, Double(height) / 2)
    return AffineMatrix(
      a: cosine, b: sine, c: cosine * -x + sine * -y + x,
      d: -sine, e: cosine, f: -sine * -x + cosine * -y + y)
  }
}
