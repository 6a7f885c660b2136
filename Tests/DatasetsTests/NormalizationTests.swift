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

  @Test("takes a mean and deviation of one's own, and reads their text again to the last bit")
  func custom() throws {
    let statistics = try #require(
      ChannelStatistics(mean: [0.1, 1.0 / 3, -2e-17], deviation: [0.2583, 1e-9, 0.1 + 0.2]))
    let mode = Normalization(statistics)
    #expect(mode == .custom(statistics))
    #expect(Normalization(rawValue: mode.rawValue) == mode)
    let images = try LabelledImages(
      images: [0, 51, 255], shape: [1, 1, 1, 3], labels: [0], origin: anOrigin)
    let own = Normalization.custom(
      try #require(ChannelStatistics(mean: [0.5, 0.1, 0], deviation: [0.25, 0.1, 2])))
    #expect(images.batch([0], normalization: own) == [-2, (0.2 as Float - 0.1) / 0.1, 0.5])
  }

  @Test("has a name for numbers that are a mode's own", arguments: Normalization.named)
  func names(_ mode: Normalization) throws {
    let digits = try #require(
      ChannelStatistics(
        mean: mode.mean.map { Double("\($0)") ?? 0 },
        deviation: mode.standardDeviation.map { Double("\($0)") ?? 0 }))
    #expect(Normalization(digits) == mode)
    #expect(Normalization(rawValue: mode.rawValue) == mode)
  }

  @Test(
    "refuses what is no mean or deviation",
    arguments: [
      "imagnet", "", "{mean: [0.5], std: [0.5]}", "{mean: [0, 0, 0], std: [1, 0, 1]}",
      "{mean: [0, 0, 0], std: [1, -1, 1]}", "{mean: [0, 0, nan], std: [1, 1, 1]}",
      "{mean: [0, 0, 0], std: [1, 1, 1e-50]}", "{mean: [0, 0, 0], std: [1, 1, 1e300]}",
      "{mean: [0, 0, 0]}",
    ])
  func refused(_ text: String) {
    #expect(Normalization(rawValue: text) == nil)
  }
}
