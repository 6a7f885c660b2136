import Foundation
import PETL

/// Changes of colour, as Pillow's ImageEnhance does them, byte for byte; for images of three channels.
extension DecodedImage {
  /// The image between black and itself, and beyond.
  func withBrightness(_ factor: Double) -> DecodedImage {
    blended(factor) { _ in (0, 0, 0) }
  }

  /// The image between its mean grey and itself, and beyond.
  func withContrast(_ factor: Double) -> DecodedImage {
    var sum = 0
    for pixel in 0..<height * width { sum += Int(luma(pixel)) }
    let mean = UInt8(Double(sum) / Double(height * width) + 0.5)
    return blended(factor) { _ in (mean, mean, mean) }
  }

  /// The image between its greys and itself, and beyond.
  func withSaturation(_ factor: Double) -> DecodedImage {
    blended(factor) { pixel in
      let grey = luma(pixel)
      return (grey, grey, grey)
    }
  }

  /// The image between one that is smoothed and itself, and beyond.
  func withSharpness(_ factor: Double) -> DecodedImage {
    let smooth = smoothed()
    return blended(factor) {
      (smooth[3 * $0], smooth[3 * $0 + 1], smooth[3 * $0 + 2])
    }
  }

  /// The image with its hues moved by a part of the circle, −0.5 to 0.5 (torchvision's `adjust_hue`).
  func withHue(_ part: Double) -> DecodedImage {
    let shift = UInt8(truncatingIfNeeded: Int(part * 255))
    return mapped { red, green, blue in
      var colour = HSV(red, green, blue)
      colour.hue &+= shift
      return colour.rgb
    }
  }

  /// Grey, as Pillow's mode L: ITU-R 601-2 in 16-bit fixed point.
  private func luma(_ pixel: Int) -> UInt8 {
    let (red, green, blue) = (pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2])
    let sum: Int = 19595 * Int(red) + 38470 * Int(green) + 7471 * Int(blue)
    return UInt8((sum + 0x8000) >> 16)
  }

  /// `other` + factor · (this − other), cut off at 0 and 255.
  private func blended(
    _ factor: Double, with other: (Int) -> (UInt8, UInt8, UInt8)
  ) -> DecodedImage {
    require(channels == 3, "Colours have three channels.")
    let alpha = Float(factor)
    func blend(_ from: UInt8, _ own: UInt8) -> UInt8 {
      let value = Float(from) + alpha * Float(Int(own) - Int(from))
      return value <= 0 ? 0 : value >= 255 ? 255 : UInt8(value)
    }
    var result = self
    for pixel in 0..<height * width {
      let (red, green, blue) = other(pixel)
      result.pixels[3 * pixel] = blend(red, pixels[3 * pixel])
      result.pixels[3 * pixel + 1] = blend(green, pixels[3 * pixel + 1])
      result.pixels[3 * pixel + 2] = blend(blue, pixels[3 * pixel + 2])
    }
    return result
  }

  /// Every pixel by itself.
  private func mapped(
    _ transform: (UInt8, UInt8, UInt8) -> (UInt8, UInt8, UInt8)
  ) -> DecodedImage {
    require(channels == 3, "Colours have three channels.")
    var result = self
    for first in stride(from: 0, to: pixels.count, by: 3) {
      let (red, green, blue) = transform(pixels[first], pixels[first + 1], pixels[first + 2])
      (result.pixels[first], result.pixels[first + 1]) = (red, green)
      result.pixels[first + 2] = blue
    }
    return result
  }

  /// Pillow's filter SMOOTH: the middle five times, its neighbours once, of 13; the edges stay.
  private func smoothed() -> [UInt8] {
    var result = pixels
    guard height > 2, width > 2 else { return result }
    let line = width * channels
    for row in 1..<height - 1 {
      for index in row * line + channels..<(row + 1) * line - channels {
        var sum = 4 * Int(pixels[index])
        for start in [index - line, index, index + line] {
          sum += Int(pixels[start - channels]) + Int(pixels[start]) + Int(pixels[start + channels])
        }
        result[index] = UInt8((2 * sum + 13) / 26)
      }
    }
    return result
  }
}

/// A colour as Pillow's mode HSV holds it, in bytes.
struct HSV {
  var hue: UInt8
  var saturation: UInt8
  var value: UInt8

  /// Converts a colour (`rgb2hsv_row` of Pillow's Convert.c).
  init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    let (most, least) = (max(red, green, blue), min(red, green, blue))
    value = most
    guard most > least else {
      (hue, saturation) = (0, 0)
      return
    }
    let range = Float(most - least)
    let (r, g, b) = (
      Float(most - red) / range, Float(most - green) / range, Float(most - blue) / range
    )
    var h: Float
    if red == most {
      h = b - g
    } else if green == most {
      h = Float(2 + Double(r) - Double(b))
    } else {
      h = Float(4 + Double(g) - Double(r))
    }
    h = Float((Double(h) / 6 + 1).truncatingRemainder(dividingBy: 1))
    hue = UInt8(min(255, max(0, Int(Double(h) * 255))))
    saturation = UInt8(min(255, max(0, Int(Double(range / Float(most)) * 255))))
  }

  /// The colour in red, green and blue (`hsv2rgb` there).
  var rgb: (UInt8, UInt8, UInt8) {
    if saturation == 0 { return (value, value, value) }
    let turn = Double(Float(hue)) * 6 / 255
    let sixth = Int(turn.rounded(.down))
    let (part, s, v) = (
      Double(Float(turn - Double(Float(sixth)))), Double(Float(Double(saturation) / 255)),
      Double(value)
    )
    func byte(_ value: Double) -> UInt8 {
      UInt8(min(255, max(0, value.rounded(.toNearestOrAwayFromZero))))
    }
    let p = byte(v * (1 - s))
    let q = byte(v * (1 - s * part))
    let t = byte(v * (1 - s * (1 - part)))
    switch sixth % 6 {
    case 0: return (value, t, p)
    case 1: return (q, value, p)
    case 2: return (p, value, t)
    case 3: return (p, q, value)
    case 4: return (t, p, value)
    default: return (value, p, q)
    }
  }
}
