import Foundation
import PETL
import Ranks

/// How ranks prepare the images of a split together: each reads a part of the files, and all get all pixels.
///
/// Ranks that have the pixels already, from a run before, read nothing; they only take part in the exchanges. Of ranks
/// with the same cache on the same machine the first writes the file, and the others are its guests.
struct ImageSharing {
  /// The most bytes of pixels that are exchanged at a time.
  private static let mostBytes = 128 << 20

  let ranks: any Ranks
  private let images: PixelLayout
  /// The ranks that need the images, in order.
  private let readers: [Int]
  /// The rank that writes the file that this one would write.
  private let writer: Int

  /// A number of images that the readers decode at the same time.
  struct Round {
    /// The files of each rank; none of ranks that read nothing.
    let blocks: [Range<Int>]
    /// Those of this rank.
    let own: Range<Int>
    /// How many files are decoded after this round.
    let end: Int
  }

  /// Agrees on who needs the images.
  ///
  /// - Parameters:
  ///   - ranks: all of them call this.
  ///   - images: all images of the split.
  ///   - needs: whether this rank does not have them.
  ///   - cache: where it would keep them.
  /// - Throws: `DiagnosticError` when another rank does not come in time.
  init(_ ranks: any Ranks, _ images: PixelLayout, needs: Bool, cache: PixelCache?) throws {
    (self.ranks, self.images) = (ranks, images)
    if ranks.isAlone {
      (readers, writer) = ([0], 0)
      return
    }
    // Where the file of this rank would be: no two ranks without a cache have the same place.
    let machine = ProcessInfo.processInfo.hostName
    let place = cache.map { "\(machine):\($0.folder)" } ?? "\(ranks.number)"
    let places = try ranks.gathered(needs ? Array(place.utf8) : [])
    readers = places.indices.filter { !places[$0].isEmpty }
    writer = places.firstIndex(of: Array(place.utf8)) ?? ranks.number
  }

  /// Whether more than one rank is there.
  var isShared: Bool { !ranks.isAlone }
  /// Whether another rank is to write the file that this one would write.
  var mayBeGuest: Bool { writer != ranks.number }

  /// Room for a number of images.
  func layout(_ count: Int) -> PixelLayout {
    PixelLayout(count: count, side: images.side, isFloat: images.isFloat)
  }

  /// Whether the pixels come from the file of another rank.
  ///
  /// - Parameter keeps: whether this rank has room for them in a file.
  /// - Returns: whether it needs no room of its own.
  /// - Throws: `DiagnosticError` when another rank does not come in time.
  func isGuest(keeps: Bool) throws -> Bool {
    if ranks.isAlone { return false }
    let all = try ranks.gathered([keeps ? 1 : 0])
    return mayBeGuest && all[writer] == [1]
  }

  /// The rounds in which all files are decoded.
  var rounds: [Round] {
    let most = max(1, Self.mostBytes / max(1, images.bytesPerImage * readers.count))
    return stride(from: 0, to: readers.isEmpty ? 0 : images.count, by: most * readers.count).map {
      start in
      let end = min(images.count, start + most * readers.count)
      let size = (end - start + readers.count - 1) / readers.count
      var blocks = [Range<Int>](repeating: start..<start, count: ranks.count)
      for (place, rank) in readers.enumerated() {
        let first = min(end, start + place * size)
        blocks[rank] = first..<min(end, first + size)
      }
      return Round(blocks: blocks, own: blocks[ranks.number], end: end)
    }
  }

  /// Takes part in the exchanges of the others, as a rank that has the images.
  func attend() throws {
    if readers.isEmpty || ranks.isAlone { return }
    _ = try isGuest(keeps: false)
    for _ in rounds { _ = try ranks.gathered([]) }
    _ = try ranks.gathered(PackedMessage([ImageDecoding.Failure](), []).bytes)
    try meet()
  }

  /// Waits until all ranks have come here.
  func meet() throws {
    if isShared { _ = try ranks.gathered([]) }
  }
}
