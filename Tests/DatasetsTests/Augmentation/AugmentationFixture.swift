import Foundation
import TestSupport

@testable import Datasets

/// What Pillow and torchvision make of images, and how they draw: Tests/Fixtures/augmentation.json.
struct AugmentationFixture: Decodable {
  struct Image: Decodable {
    let shape: [Int]
    let pixels: Data
  }
  struct Operation: Decodable, CustomStringConvertible {
    let name: String
    let number: Double
    let image: Int
    let output: Data
    var description: String { "\(name) \(number) of image \(image)" }
  }
  struct Strong: Decodable, CustomStringConvertible {
    let number: Int
    let magnitude: Int
    let negative: Bool
    let output: Data
    var description: String { "operation \(number) at \(negative ? "-" : "")\(magnitude)" }
  }
  struct Part: Decodable {
    let image: Int
    let box: [Int]
    let filter: String
    let output: Data
  }
  struct Moments: Decodable {
    let mean: Double
    let deviation: Double
  }
  struct Crops: Decodable {
    let size: [Int]
    let area: Double
    let aspect: Double
    let moments: [Moments]
  }
  struct Erased: Decodable {
    let side: Int
    let area: Double
    let moments: [Moments]
  }
  struct Beta: Decodable {
    let alpha: Double
    let moments: Moments
  }
  struct Draws: Decodable {
    let crops: [Crops]
    let erased: [Erased]
    let beta: [Beta]
    /// Of brightness, contrast, saturation and hue.
    let jitter: [Moments]
    /// How often each of them comes first.
    let first: [Double]
  }

  let images: [Image]
  let operations: [Operation]
  let strong: [Strong]
  let parts: [Part]
  let draws: Draws

  static let shared: AugmentationFixture = requiredFixture("augmentation.json")

  /// One of the images.
  func image(_ index: Int) -> DecodedImage {
    let image = images[index]
    return DecodedImage(
      pixels: [UInt8](image.pixels), height: image.shape[0], width: image.shape[1], channels: 3)
  }
}
