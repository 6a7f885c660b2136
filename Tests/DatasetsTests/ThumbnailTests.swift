import PETL
import TestSupport
import Testing

@testable import Datasets

@Suite("Small pictures of images")
struct ThumbnailTests {
  private func images(_ height: Int, _ width: Int, _ channels: Int, count: Int = 2) throws
    -> LabelledImages
  {
    let bytes = (0..<count * height * width * channels).map { UInt8(truncatingIfNeeded: $0 * 7) }
    return try LabelledImages(
      images: bytes, shape: [count, height, width, channels],
      labels: Array(repeating: 0, count: count),
      origin: .init(file: "d", images: "images", labels: "labels"))
  }

  @Test(
    "are read again as they were written",
    arguments: [(1, 1, 1), (8, 8, 1), (3, 5, 3), (64, 40, 3)])
  func roundTrip(_ height: Int, _ width: Int, _ channels: Int) throws {
    let images = try images(height, width, channels)
    let small = images.thumbnail(of: 1, side: 64)
    let size = height * width * channels
    #expect(small.pixels == Array(images.images[size..<2 * size]))
    let read = try DecodedImage(bytes: small.png(), name: "it")
    #expect(read.pixels == small.pixels)
    #expect([read.height, read.width, read.channels] == [height, width, channels])
  }

  @Test("are as Pillow's bicubic makes them smaller")
  func shrunk() throws {
    let images = try images(100, 50, 3)
    let small = images.thumbnail(of: 0, side: 64)
    #expect([small.height, small.width, small.channels] == [64, 32, 3])
    let flat = try LabelledImages(
      images: [UInt8](repeating: 200, count: 90 * 30), shape: [1, 90, 30, 1], labels: [0],
      origin: .init(file: "d", images: "images", labels: "labels"))
    let grey = flat.thumbnail(of: 0, side: 9)
    #expect(grey.pixels == [UInt8](repeating: 200, count: 27))
  }

  @Test("cannot be of no size")
  func refused() {
    let none = DecodedImage(pixels: [], height: 0, width: 4, channels: 1)
    let text = complaint { try none.png() }
    #expect(text.contains("0×4 pixels cannot be written as PNG"), "\(text)")
  }
}
