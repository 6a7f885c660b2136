import Foundation
import PETL
import Synchronization
import TestSupport
import Testing

@testable import Datasets

@Suite("Images that several ranks prepare")
struct SharedImagesTests {
  private let names = [
    "sampling-444.jpg", "grey.jpg", "bad/text.jpg", "rgb.png", "sampling-420.jpg",
  ]

  /// The images as a rank sees them that may read only some of the files.
  private func source(readable: (Int) -> Bool = { _ in true }) throws -> ImageFiles {
    let items = try names.enumerated().map { index, name in
      let item = try ImageFiles.Item(
        path: ImageFixtures.path(name), name: name, label: index, place: nil)
      return ImageFiles.Item(
        path: readable(index) ? item.path : "/nowhere/\(name)", name: name, label: index,
        place: nil, size: item.size, changed: item.changed, id: item.id)
    }
    return ImageFiles(items, origin: "images")
  }

  private func prepared(
    _ files: ImageFiles, _ preprocessing: Preprocessing = Preprocessing(),
    onError: OnImageError = .skip, cache: PixelCache? = nil, _ ranks: ThreadRanks? = nil
  ) throws -> PreparedImages {
    let source = ImageSource.files(files)
    guard let ranks else {
      return try source.prepared(preprocessing, size: 24, onError: onError, cache: cache)
    }
    return try source.prepared(
      preprocessing, size: 24, onError: onError, cache: cache, ranks: ranks)
  }

  private func bytes(_ images: LabelledImages) -> [Float] {
    images.batch(Array(0..<images.count), normalization: .imagenet)
  }

  @Test("are the same as for one, and each file is read by one rank", arguments: [2, 3, 4])
  func parts(count: Int) throws {
    for interpolation in [Preprocessing.Interpolation.bicubic, .plainBilinear] {
      let preprocessing = Preprocessing(interpolation: interpolation)
      let alone = try prepared(source(), preprocessing)
      let size = (names.count + count - 1) / count
      let shared = try ThreadRanks.run(count) { ranks in
        try prepared(source { $0 / size == ranks.number }, preprocessing, ranks)
      }
      for other in shared {
        #expect(bytes(other.images) == bytes(alone.images))
        #expect(other.images.labels == [0, 1, 3, 4])
        #expect(other.images.names == alone.images.names)
        #expect(other.notes.words == alone.notes.words)
      }
    }
  }

  @Test("are refused by all ranks with all mistakes")
  func mistakes() throws {
    let said = try ThreadRanks.run(3) { ranks in
      TestSupport.mistakes { _ = try prepared(source(), onError: .fail, ranks) }
    }
    #expect(said[0].contains("bad/text.jpg: this is no image"))
    #expect(said == [said[0], said[0], said[0]])
  }

  @Test("are written into the cache once, and read from it", arguments: [[], [0], [2]])
  func cache(having: [Int]) throws {
    let folder = try ScratchFolder()
    @Sendable func cache(_ name: String) -> PixelCache {
      PixelCache(folder: folder.file(name), smallest: 1)
    }
    // A rank that has the pixels of an earlier run has a cache of its own.
    for rank in having { _ = try prepared(source(), cache: cache("\(rank)")) }
    let alone = try prepared(source())
    let shared = try ThreadRanks.run(4) { ranks in
      let name = having.contains(ranks.number) ? "\(ranks.number)" : "common"
      return try prepared(source(), cache: cache(name), ranks)
    }
    for other in shared { #expect(bytes(other.images) == bytes(alone.images)) }
    let files = try FileManager.default.contentsOfDirectory(atPath: cache("common").folder)
    #expect(files.count == 1)
    // All have them now.
    let again = try ThreadRanks.run(4) { try prepared(source(), cache: cache("common"), $0) }
    for other in again { #expect(bytes(other.images) == bytes(alone.images)) }
  }

  @Test("are held by each rank where the cache cannot be written")
  func unwritable() throws {
    let folder = try ScratchFolder()
    try folder.write("a file", to: "common")
    let alone = try prepared(source())
    let shared = try ThreadRanks.run(3) {
      try prepared(source(), cache: PixelCache(folder: folder.file("common"), smallest: 1), $0)
    }
    for other in shared { #expect(bytes(other.images) == bytes(alone.images)) }
  }

  @Test("have the digests that one process finds, each file read once")
  func digests() throws {
    let alone = try source().contentDigests()
    let shared = try ThreadRanks.run(2) { ranks in
      try source { $0 / 3 == ranks.number }.contentDigests(ranks)
    }
    #expect(shared == [alone, alone])
    let lost = try ThreadRanks.run(2) { ranks in
      TestSupport.mistakes { _ = try source { $0 != 4 }.contentDigests(ranks) }
    }
    #expect(lost[0].contains("/nowhere/sampling-420.jpg"))
    #expect(lost[0] == lost[1])
  }
}
