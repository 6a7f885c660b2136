import Foundation
import PETL
import Testing

@testable import Datasets

@Suite("Resizing images")
struct ResizeTests {
  @Test("is Pillow's resize, byte for byte", arguments: ResizeFixture.shared.pillow)
  func equalsPillow(_ golden: ResizeFixture.Case) throws {
    let filter = try #require(ResamplingWeights.Filter(rawValue: golden.filter))
    let image = try anImage([UInt8](golden.input), golden.shape)
    let resized = image.resized(height: golden.size[0], width: golden.size[1], filter: filter)
    #expect(resized.shape == [1, golden.size[0], golden.size[1], golden.shape[2]])
    // Not the arrays themselves: a failure would print thousands of numbers.
    let expected = [UInt8](golden.output)
    try #require(resized.images.count == expected.count)
    #expect(zip(resized.images, expected).count { $0 != $1 } == 0)
  }

  @Test("gives every image of a set what it gives it alone")
  func manyImages() throws {
    let golden = try #require(ResizeFixture.shared.pillow.first { $0.shape == [23, 31, 3] })
    let first = [UInt8](golden.input)
    let images = try LabelledImages(
      images: (0..<70).flatMap { shift in first.map { $0 &+ UInt8(shift) } },
      shape: [70] + golden.shape, labels: Array(0..<70), origin: anOrigin)
    let resized = images.resized(height: 20, width: 40)
    #expect(resized.labels == images.labels)
    for index in [0, 1, 35, 69] {
      let alone = images.selecting([index]).resized(height: 20, width: 40)
      #expect(resized.selecting([index]).images == alone.images)
    }
  }

  private func anImage(_ bytes: [UInt8], _ shape: [Int]) throws -> LabelledImages {
    try LabelledImages(images: bytes, shape: [1] + shape, labels: [0], origin: anOrigin)
  }
}
