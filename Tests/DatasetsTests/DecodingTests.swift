import Checkpoints
import Foundation
import PETL
import Testing

@testable import Datasets

@Suite("Decoding images")
struct DecodingTests {
  @Test("gives Pillow's pixels, upright, byte for byte", arguments: ImageFixtures.names)
  func equalsPillow(_ name: String) throws {
    let entry = try #require(ImageFixtures.expected.entry(name))
    let expected = try ImageFixtures.expected.bytes(name)
    let image = try DecodedImage(path: ImageFixtures.path(name))
    let colour = image.inColour()
    #expect([image.height, image.width, 3] == entry.shape)
    try #require(colour.pixels.count == expected.count)
    #expect(zip(colour.pixels, expected).count { $0 != $1 } == 0)
  }

  @Test("leaves images as they are stored where that is asked for")
  func asStored() throws {
    let path = ImageFixtures.path("exif-6.jpg")
    let (turned, stored) = try (DecodedImage(path: path), DecodedImage(path: path, turning: false))
    #expect(turned.height == 22)
    #expect(turned.width == 15)
    #expect(stored.height == 15)
    #expect(stored.width == 22)
    #expect(stored.turned(.needsClockwiseTurn).pixels == turned.pixels)
  }

  @Test("covers all there is to cover")
  func coverage() {
    #expect(ImageFixtures.names.count >= 60)
    let grey = ImageFixtures.names.filter { name in
      (try? DecodedImage(path: ImageFixtures.path(name)).channels) == 1
    }
    #expect(grey.contains("grey.jpg"))
    #expect(grey.contains("16-grey.png"))
    #expect(!grey.contains("palette-1.png"))
  }

  @Test(
    "refuses damaged files and other formats by name",
    arguments: [
      ("cmyk.jpg", "the JPEG file cannot be decoded: this is a CMYK picture, for printing"),
      ("truncated.jpg", "the JPEG file cannot be decoded: "),
      ("header-only.jpg", "the JPEG file cannot be decoded: "),
      ("scrambled.jpg", "the JPEG file cannot be decoded: Corrupt JPEG data"),
      (
        "scans.jpg",
        "the JPEG file cannot be decoded: it has more than 500 scans; pictures have about ten"
      ),
      ("truncated.png", "the PNG file cannot be decoded: the file ends too early"),
      ("no-end.png", "the PNG file cannot be decoded: the file ends too early"),
      ("checksum.png", "the PNG file cannot be decoded: "),
      ("huge.png", "the image has 60000×60000 pixels\n  at most 100000000 are decoded"),
      ("empty.jpg", "this is an empty file\n  expected a JPEG or PNG image"),
      ("text.jpg", "this is no image\n  expected a JPEG or PNG image"),
      ("gif.png", "this is a GIF image\n  expected a JPEG or PNG image"),
    ])
  func refuses(_ name: String, _ message: String) {
    let path = ImageFixtures.path("bad/\(name)")
    // Nothing is returned: a failure would print thousands of numbers.
    let error = #expect(throws: DiagnosticError.self) { _ = try DecodedImage(path: path) }
    #expect(error?.description.hasPrefix("error: \(path): \(message)") == true, "\(error)")
  }

  @Test("survives every file cut short and every byte changed")
  func fuzz() throws {
    // Nothing is expected but an image or an error: no trap, no read beyond the end.
    for name in ["size-9x40.jpg", "progressive-420.jpg", "exif-6.jpg", "palette-4-transparent.png"]
    {
      let bytes = try readFile(ImageFixtures.path(name), limit: 1 << 20)
      for count in stride(from: 0, to: bytes.count, by: 7) {
        _ = try? DecodedImage(bytes: Array(bytes[..<count]), name: name)
      }
      for index in stride(from: 2, to: bytes.count, by: 3) {
        var changed = bytes
        changed[index] ^= UInt8(truncatingIfNeeded: 0x91 &+ index)
        let image = try? DecodedImage(bytes: changed, name: name)
        if let image { #expect(image.pixels.count == image.height * image.width * image.channels) }
      }
    }
  }

  @Test("reads the orientation of any block of bytes")
  func exif() {
    func block(_ entry: [UInt8]) -> [UInt8] {
      [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0] + entry
    }
    #expect(
      ExifOrientation(exif: block([0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0])) == .needsClockwiseTurn)
    #expect(ExifOrientation(exif: block([0x12, 1, 4, 0, 1, 0, 0, 0, 3, 0, 0, 0])) == .upsideDown)
    // Two values, a type that is no number, a block cut short.
    #expect(ExifOrientation(exif: block([0x12, 1, 3, 0, 2, 0, 0, 0, 6, 0, 0, 0])) == .upright)
    #expect(ExifOrientation(exif: block([0x12, 1, 2, 0, 1, 0, 0, 0, 6, 0, 0, 0])) == .upright)
    #expect(ExifOrientation(exif: block([0x12, 1, 3, 0, 1, 0, 0])) == .upright)
    #expect(ExifOrientation(exif: [0x49, 0x49, 42, 0, 0xFF, 0xFF, 0xFF, 0xFF]) == .upright)
    #expect(ExifOrientation(exif: []) == .upright)
  }
}
