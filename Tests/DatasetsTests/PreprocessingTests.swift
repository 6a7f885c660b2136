import Checkpoints
import Foundation
import PETL
import Testing

@testable import Datasets

@Suite("Preprocessing")
struct PreprocessingTests {
  /// The side that make_images.py resizes to.
  private static let size = 24

  @Test("by Pillow's bicubic is byte-equal", arguments: ImageFixtures.names(with: "squash"))
  func squash(_ name: String) throws {
    try expectEqual(name, "squash", Preprocessing())
  }

  @Test(
    "by Pillow's bilinear is byte-equal", arguments: ImageFixtures.names(with: "squash-bilinear"))
  func bilinear(_ name: String) throws {
    try expectEqual(name, "squash-bilinear", Preprocessing(interpolation: .bilinear))
  }

  @Test(
    "by the shorter side and a crop is byte-equal", arguments: ImageFixtures.names(with: "shorter"))
  func shorterSide(_ name: String) throws {
    // ⌊24 / 0.88⌋ = 27.
    try expectEqual(name, "shorter", Preprocessing(resize: .shorterSide, crop: 0.88))
  }

  @Test(
    "by TensorFlow's bilinear is equal bit for bit", arguments: ImageFixtures.names(with: "plain"))
  func plain(_ name: String) throws {
    let expected = try ImageFixtures.expected.floats("\(name)/plain")
    let images = try ImageFixtures.source(name)
      .prepared(Preprocessing(interpolation: .plainBilinear), size: Self.size).images
    #expect(!images.pixels.areBytes)
    guard case .floats(let values) = images.pixels.copying([0..<images.pixels.count]) else {
      return #expect(Bool(false), "the pixels are not floats")
    }
    #expect(values == expected)
    // The values go into a batch without being rounded.
    let batch = images.batch([0], normalization: .imagenet)
    let mean = Normalization.imagenet.mean[1]
    #expect(batch[4] == (expected[4] / 255 - mean) / Normalization.imagenet.standardDeviation[1])
  }

  @Test(
    "of pixels in memory is that of files",
    arguments: [Preprocessing.Interpolation.bicubic, .plainBilinear])
  func inMemory(_ interpolation: Preprocessing.Interpolation) throws {
    let preprocessing = Preprocessing(resize: .shorterSide, crop: 0.9, interpolation: interpolation)
    let image = try DecodedImage(path: ImageFixtures.path("sampling-420.jpg"))
    let memory = try LabelledImages(
      images: image.pixels, shape: [1, image.height, image.width, 3], labels: [0], origin: anOrigin
    ).prepared(preprocessing, size: 16)
    let files = try ImageFixtures.source("sampling-420.jpg").prepared(preprocessing, size: 16)
      .images
    #expect(memory.shape == [1, 16, 16, 3])
    #expect(memory.batch([0], normalization: .none) == files.batch([0], normalization: .none))
  }

  /// Height, width and the side wanted; then height and width of the whole and the crop's corner.
  struct Sizes: Sendable {
    let input: [Int]
    let crop: Double
    let expected: [Int]

    init(_ input: [Int], _ crop: Double, _ expected: [Int]) {
      (self.input, self.crop, self.expected) = (input, crop, expected)
    }
  }

  /// By the formulas of torchvision's Resize(side) and CenterCrop(size), run in Python.
  @Test(
    "computes torchvision's sizes",
    arguments: [
      Sizes([375, 500, 224], 0.9, [248, 330, 12, 53]),
      Sizes([500, 375, 224], 0.9, [330, 248, 53, 12]),
      Sizes([100, 100, 224], 0.875, [256, 256, 16, 16]),
      Sizes([333, 500, 224], 1, [224, 336, 0, 56]),
      Sizes([100, 101, 224], 1, [224, 226, 0, 1]),
      Sizes([3, 7, 5], 1, [5, 11, 0, 3]),
      Sizes([2, 3, 6], 1, [6, 9, 0, 2]),
    ])
  func sizes(_ sizes: Sizes) {
    let (input, size) = ((sizes.input[0], sizes.input[1]), sizes.input[2])
    let fitting = Fitting(input, to: size, Preprocessing(resize: .shorterSide, crop: sizes.crop))
    let corner = [fitting.rows.lowerBound, fitting.columns.lowerBound]
    #expect([fitting.height, fitting.width] + corner == sizes.expected)
    #expect(fitting.rows.count == size)
    #expect(fitting.columns.count == size)
  }

  /// 50 × 41 pixels as transformers resizes the shorter side to 36 and cuts out 32: at (43 − 32) / 2 = 5.
  @Test func transformersRoundsCropsDown() {
    var preprocessing = Preprocessing(resize: .shorterSide, crop: 32.0 / 36)
    #expect(Fitting((50, 41), to: 32, preprocessing).rows == 6..<38)
    preprocessing.cutsLessFirst = true
    let fitting = Fitting((50, 41), to: 32, preprocessing)
    #expect(fitting.rows == 5..<37)
    #expect(fitting.columns == 2..<34)
  }

  private func expectEqual(_ name: String, _ kind: String, _ preprocessing: Preprocessing) throws {
    let expected = try ImageFixtures.expected.bytes("\(name)/\(kind)")
    let images = try ImageFixtures.source(name).prepared(preprocessing, size: Self.size).images
    #expect(images.shape == [1, Self.size, Self.size, 3])
    let bytes = images.images
    try #require(bytes.count == expected.count)
    #expect(zip(bytes, expected).count { $0 != $1 } == 0)
  }
}
