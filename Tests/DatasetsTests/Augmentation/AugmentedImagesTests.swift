import Foundation
import PETL
import TestSupport
import Testing

@testable import Datasets

@Suite struct AugmentedImagesTests {
  private let epoch = RandomGenerator(seed: 3).split("draws", 1)
  private let preprocessing = Preprocessing(normalization: .imagenet)

  /// Twelve noisy images of 20 × 30 pixels.
  private func original(channels: Int = 3) throws -> LabelledImages {
    var random = RandomGenerator(seed: 1)
    let bytes = random.uniform(12 * 20 * 30 * channels, in: 0..<256).map { UInt8($0) }
    return try LabelledImages(
      images: bytes, shape: [12, 20, 30, channels], labels: (0..<12).map { $0 % 3 },
      origin: .init(file: "noise", images: "images", labels: "labels"))
  }

  private func augmented(
    _ images: LabelledImages, _ change: (inout Augmentation) -> Void
  ) -> AugmentedImages {
    var augmentation = Augmentation()
    change(&augmentation)
    return AugmentedImages(
      images.prepared(preprocessing, size: 16), originals: .pixels(images), augmentation,
      preprocessing)
  }

  private func everything(_ augmentation: inout Augmentation) {
    (augmentation.crop, augmentation.flip) = (.randomResized, 0.5)
    (augmentation.jitter.brightness, augmentation.jitter.hue) = (0.4, 0.1)
    (augmentation.operations, augmentation.erasing) = (2, 0.5)
    (augmentation.mixing.mixup, augmentation.mixing.cutmix) = (0.8, 1)
  }

  /// An image is the same in every batch of an epoch, alone or not, made ready or not; other in the next.
  @Test(arguments: [1, 3])
  func drawsAreTheImagesOwn(channels: Int) throws {
    let images = augmented(try original(channels: channels), everything)
    let all = images.batch(Array(0..<12), epoch: epoch)
    try images.prepare([7, 2], epoch: epoch)
    let two = images.batch([7, 2, 5], epoch: epoch).values
    let size = 16 * 16 * 3
    for (slot, index) in [7, 2, 5].enumerated() {
      let own = Array(all.values[index * size..<(index + 1) * size])
      #expect(Array(two[slot * size..<(slot + 1) * size]) == own)
    }
    let next = images.batch(Array(0..<12), epoch: epoch.split("other")).values
    #expect(next != all.values)
  }

  @Test func nothingIsThePreparedImage() throws {
    let images = augmented(try original()) { $0.flip = 0 }
    let plain = images.images.batch([4, 1], normalization: .imagenet)
    #expect(images.batch([4, 1], epoch: epoch).values == plain)
  }

  @Test func alwaysMirrored() throws {
    let images = augmented(try original()) { $0.flip = 1 }
    let (plain, found) = (
      images.images.batch([4], normalization: .imagenet), images.batch([4], epoch: epoch).values
    )
    for row in 0..<16 {
      for column in 0..<16 {
        for channel in 0..<3 {
          #expect(
            found[(row * 16 + column) * 3 + channel]
              == plain[(row * 16 + 15 - column) * 3 + channel])
        }
      }
    }
  }

  /// A rectangle of zeros, and nothing else is changed.
  @Test func erased() throws {
    let images = augmented(try original()) { $0.erasing = 1 }
    let plain = images.images.batch(Array(0..<12), normalization: .imagenet)
    let found = images.batch(Array(0..<12), epoch: epoch).values
    let changed = found.indices.filter { found[$0] != plain[$0] }
    #expect(changed.allSatisfy { found[$0] == 0 })
    let part = Double(changed.count) / Double(found.count)
    #expect(part > 0.05 && part < 0.33, "\(part)")
  }

  /// Both kinds of mixing, from the images that the other numbers say.
  @Test func mixed() throws {
    for isCut in [false, true] {
      let images = augmented(try original()) {
        if isCut { $0.mixing.cutmix = 1 } else { $0.mixing.mixup = 1 }
      }
      let plain = (0..<12).map { images.images.batch([$0], normalization: .imagenet) }
      for index in 0..<12 {
        let mix = try #require(images.mix(of: index, epoch: epoch))
        let found = images.batch([index], epoch: epoch).values
        #expect((mix.box != nil) == isCut)
        if let box = mix.box {
          let own = found.indices.count { found[$0] == plain[index][$0] }
          #expect(own >= found.count - box.area * 3)
          for place in found.indices {
            let (row, column) = (place / 48, place / 3 % 16)
            let isInside =
              (box.top..<box.top + box.height).contains(row)
              && (box.left..<box.left + box.width).contains(column)
            #expect(found[place] == plain[isInside ? mix.other : index][place])
          }
        } else {
          for place in found.indices {
            let share = Float(mix.share)
            let wanted = plain[index][place] * share + plain[mix.other][place] * (1 - share)
            #expect(abs(found[place] - wanted) < 1e-5)
          }
        }
      }
    }
  }

  /// A random part of what is resized: of 20 × 30 pixels to 18 × 27, from which 16 × 16 are cut anywhere.
  @Test func randomParts() throws {
    let images = try original()
    let preprocessing = Preprocessing(resize: .shorterSide, crop: 16.0 / 18)
    var augmentation = Augmentation()
    augmentation.crop = .random
    let changed = AugmentedImages(
      images.prepared(preprocessing, size: 16), originals: .pixels(images), augmentation,
      preprocessing)
    let whole = images.resized(height: 18, width: 27)
    let table = Normalization.inception.table
    var places: Set<[Int]> = []
    for number in 0..<200 {
      let found = changed.batch([0], epoch: epoch.split("n", number)).values
      let place = (0...2).flatMap { top in (0...11).map { [top, $0] } }.first { place in
        (0..<16).allSatisfy { row in
          (0..<48).allSatisfy { item in
            let byte = whole.images[((place[0] + row) * 27 + place[1]) * 3 + item]
            return found[row * 48 + item] == table[item % 3 * 256 + Int(byte)]
          }
        }
      }
      places.insert(try #require(place))
    }
    #expect(places.count > 30)
  }

  /// Files are read again, and one that is gone is named.
  @Test func files() throws {
    let scratch = try ScratchFolder()
    for index in 0..<4 { try scratch.copy(image: "size-16x16.jpg", to: "\(index).jpg") }
    let items = try (0..<4).map {
      try ImageFiles.Item(
        path: "\(scratch.path)/\($0).jpg", name: "\($0).jpg", label: 0, place: nil)
    }
    let source = ImageSource.files(ImageFiles(items, origin: scratch.path))
    let prepared = try source.prepared(preprocessing, size: 12)
    var augmentation = Augmentation()
    augmentation.crop = .randomResized
    let images = AugmentedImages(
      prepared.images, originals: prepared.originals, augmentation, preprocessing)
    try images.prepare([0, 1, 2], epoch: epoch)
    let found = images.batch([0, 1], epoch: epoch)
    #expect(found.shape == [2, 12, 12, 3])
    try FileManager.default.removeItem(atPath: "\(scratch.path)/2.jpg")
    let error = #expect(throws: DiagnosticError.self) {
      try images.prepare([0, 2], epoch: epoch.split("next"))
    }
    #expect(error?.description.contains("2.jpg") == true)
  }
}
