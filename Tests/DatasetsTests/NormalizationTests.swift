import Foundation
import Testing

@testable import Datasets

@Suite("Normalising a batch")
struct NormalizationTests {
  @Test("is torchvision's, bit for bit", arguments: Normalization.named)
  func equalsTorchvision(_ mode: Normalization) throws {
    let golden = try #require(ResizeFixture.shared.normalized[mode.rawValue])
    let expected = unsafe golden.withUnsafeBytes { unsafe Array($0.bindMemory(to: Float.self)) }
    let ramp = try LabelledImages(
      images: Array(0...255), shape: [1, 16, 16, 1], labels: [0], origin: anOrigin)
    #expect(ramp.batch([0], normalization: mode) == expected)
  }

  @Test("keeps the channels of a colour image, and the order of the indices")
  func colour() throws {
    let images = try LabelledImages(
      images: [0, 51, 102, 255, 204, 153], shape: [2, 1, 1, 3], labels: [0, 0], origin: anOrigin)
    #expect(
      images.batch([1, 0, 1], normalization: .none)
        == [1, 0.8, 0.6, 0, 0.2, 0.4, 1, 0.8, 0.6])
  }
}
