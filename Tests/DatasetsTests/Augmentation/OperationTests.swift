import Foundation
import PETL
import Testing

@testable import Datasets

/// Given what was drawn, images are Pillow's and torchvision's byte for byte.
@Suite struct OperationTests {
  private let fixture = AugmentationFixture.shared

  private func differences(_ image: DecodedImage, _ expected: Data) -> Int {
    image.pixels.count == expected.count
      ? zip(image.pixels, [UInt8](expected)).count { $0 != $1 } : expected.count
  }

  private func operation(_ golden: AugmentationFixture.Operation) throws -> ImageOperation {
    let number = golden.number
    let all: [String: ImageOperation] = [
      "brightness": .brightness(number), "contrast": .contrast(number),
      "saturation": .saturation(number), "sharpness": .sharpness(number), "hue": .hue(number),
      "posterize": .posterize(Int(number)), "solarize": .solarize(number),
      "rotate": .rotate(number), "autocontrast": .autocontrast, "equalize": .equalize,
      "mirror": .mirror,
    ]
    return try #require(all[golden.name])
  }

  @Test(arguments: AugmentationFixture.shared.operations)
  func operations(_ golden: AugmentationFixture.Operation) throws {
    let found = try operation(golden).applied(to: fixture.image(golden.image))
    #expect(differences(found, golden.output) == 0)
  }

  @Test(arguments: AugmentationFixture.shared.strong)
  func randAugment(_ golden: AugmentationFixture.Strong) throws {
    let image = fixture.image(0)
    let operation = RandAugment.operation(
      golden.number, magnitude: golden.magnitude, isNegative: golden.negative, side: 24)
    #expect((operation == nil) == (golden.number == 0))
    #expect(differences(operation?.applied(to: image) ?? image, golden.output) == 0)
  }

  @Test func parts() throws {
    for golden in fixture.parts {
      var draws = ImageDraws(
        Augmentation(), original: (1, 1), side: 16, RandomGenerator(seed: 0))
      let box = golden.box
      draws.part = PixelBox(top: box[0], left: box[1], height: box[2], width: box[3])
      let interpolation = try #require(Preprocessing.Interpolation(rawValue: golden.filter))
      let found = fixture.image(golden.image).fitted(
        draws, side: 16, Preprocessing(interpolation: interpolation))
      #expect(differences(found, golden.output) == 0, "\(golden.box) \(golden.filter)")
    }
  }
}
