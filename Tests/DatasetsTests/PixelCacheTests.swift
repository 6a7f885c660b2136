import Foundation
import PETL
import TestSupport
import Testing

@testable import Datasets

@Suite("The cache of decoded images")
struct PixelCacheTests {
  private let folder: ScratchFolder
  private var cache: PixelCache {
    PixelCache(folder: "\(folder.path)/cache/petlkit", smallest: 1)
  }
  private let size = 64

  init() throws {
    folder = try ScratchFolder()
    try folder.copy(image: "sampling-444.jpg", to: "mine/a.jpg")
    try folder.copy(image: "grey.jpg", to: "mine/b.jpg")
    try folder.copy(image: "rgb.png", to: "mine/c.jpg")
    try folder.write("a.jpg 0\nb.jpg 1\nc.jpg 2\n", to: "mine/test.txt")
  }

  private func prepared(
    _ preprocessing: Preprocessing = Preprocessing(), onError: OnImageError = .fail,
    cache: PixelCache?
  ) throws -> PreparedImages {
    try #require(Dataset(vtab: folder.path, task: "mine", classes: 3).test)
      .prepared(preprocessing, size: size, onError: onError, cache: cache)
  }

  private var files: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: cache.folder).sorted()) ?? []
  }

  @Test("gives the bytes that decoding gives, and is used the second time")
  func usedAgain() throws {
    let fresh = try prepared(cache: nil).images
    let first = try prepared(cache: cache).images
    try #require(files.count == 1)
    #expect(files[0].hasSuffix(".pixels"))
    #expect(first.images == fresh.images)
    #expect(first.labels == [0, 1, 2])
    // The file is read, not made anew: a byte that is changed in it shows.
    let path = "\(cache.folder)/\(files[0])"
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    let byte = first.images[100] ^ 0xFF
    try file.seek(toOffset: 100)
    try file.write(contentsOf: Data([byte]))
    try file.close()
    #expect(try prepared(cache: cache).images.images[100] == byte)
    #expect(files.count == 1)
  }

  @Test("tells sizes, preprocessings and changed files apart, but not normalisations")
  func keys() throws {
    _ = try prepared(cache: cache)
    _ = try prepared(Preprocessing(normalization: .clip), cache: cache)
    #expect(files.count == 1)
    _ = try prepared(Preprocessing(interpolation: .bilinear), cache: cache)
    #expect(files.count == 2)
    let floats = try prepared(Preprocessing(interpolation: .plainBilinear), cache: cache).images
    #expect(files.count == 3)
    #expect(!floats.pixels.areBytes)
    #expect(
      floats.batch([1], normalization: .none)
        == (try prepared(Preprocessing(interpolation: .plainBilinear), cache: nil).images)
        .batch([1], normalization: .none))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: "\(folder.path)/mine/a.jpg"
    )
    _ = try prepared(cache: cache)
    #expect(files.count == 4)
  }

  @Test("remembers what was left out, and fails when nothing may be")
  func skipped() throws {
    try folder.write("not an image", to: "mine/b.jpg")
    let first = try prepared(onError: .skip, cache: cache)
    let second = try prepared(onError: .skip, cache: cache)
    #expect(files.count == 1)
    #expect(first.notes.words == second.notes.words)
    #expect(first.notes.words.count == 1)
    #expect(second.images.labels == [0, 2])
    #expect(second.images.images == first.images.images)
    #expect(throws: DiagnosticError.self) { try prepared(cache: cache) }
    // A failure leaves nothing half.
    #expect(files.count == 1)
  }

  @Test("is done without, with a note, where its folder cannot be written")
  func unwritable() throws {
    try folder.write("a file, not a folder", to: "cache")
    let prepared = try prepared(cache: cache)
    #expect(prepared.images.count == 3)
    #expect(prepared.notes.words.count == 1)
    let said =
      "are not kept for other runs: \(cache.folder): the folder cannot be made: Not a directory"
    #expect(prepared.notes.words[0].hasSuffix(said))
  }

  @Test("takes damaged files for none", arguments: [0, 5, 40, 1000])
  func damaged(_ cut: Int) throws {
    let fresh = try prepared(cache: cache).images.images
    let path = "\(cache.folder)/\(files[0])"
    let size = try #require(
      FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64)
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.truncate(atOffset: cut == 1000 ? 3 : size - UInt64(cut))
    if cut == 0 { try file.truncate(atOffset: 0) }
    try file.close()
    #expect(try prepared(cache: cache).images.images == fresh)
  }

  @Test("stays below its limit: what was not used for longest goes")
  func limit() throws {
    let bytes = 3 * size * size * 3
    let small = PixelCache(folder: cache.folder, limit: 2 * bytes + 4096, smallest: 1)
    _ = try prepared(cache: small)
    let first = files
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -1000)],
      ofItemAtPath: "\(cache.folder)/\(first[0])")
    try folder.write("left by a process that died", to: "cache/petlkit/.old.tmp")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -100_000)],
      ofItemAtPath: "\(cache.folder)/.old.tmp")
    _ = try prepared(Preprocessing(interpolation: .bilinear), cache: small)
    #expect(files.count == 2)
    _ = try prepared(Preprocessing(resize: .shorterSide), cache: small)
    #expect(files.count == 2)
    #expect(!files.contains(first[0]))
  }

  @Test("may be written by several at once")
  func concurrent() async throws {
    let fresh = try prepared(cache: nil).images.images
    let all = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<6 { group.addTask { try prepared(cache: cache).images.images } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(all.count == 6)
    #expect(all.allSatisfy { $0 == fresh })
    // Nothing half is left.
    #expect(files.count == 1)
  }

  @Test("is not troubled with little")
  func little() throws {
    _ = try prepared(cache: PixelCache(folder: cache.folder))
    #expect(files.isEmpty)
  }

  @Test("is the user's by default")
  func standard() {
    #expect(PixelCache.standard.folder.hasSuffix("/petlkit"))
    #expect(PixelCache.standard.folder.hasPrefix("/"))
  }
}
