import Foundation
import PETL
import Ranks
import Synchronization

/// The files of a split on their way into a room for their pixels.
struct ImageDecoding {
  /// Files that a worker decodes before it asks for more.
  private static let grain = 8

  let files: ImageFiles
  let preprocessing: Preprocessing

  /// An image that cannot be decoded.
  struct Failure: Codable {
    /// The index of the file.
    let index: Int
    let reason: String
    let hints: [String]
  }

  /// Decodes all files on all cores, and on all ranks that need them.
  ///
  /// - Parameters:
  ///   - room: gets all images; nil for a rank that only decodes its part.
  ///   - sharing: who decodes what.
  /// - Returns: the files that cannot be decoded, in order; what the room holds at their place is undefined.
  /// - Throws: `DiagnosticError` when another rank does not come in time.
  func decode(into room: PixelSpace?, _ sharing: ImageSharing) throws -> [Failure] {
    if let room, !sharing.isShared { return decode(files.items.indices, into: room, at: 0) }
    var failures: [Failure] = []
    for round in sharing.rounds {
      let (part, own) = (round.own, try PixelSpace(inMemory: sharing.layout(round.own.count)))
      failures += decode(part, into: own, at: part.lowerBound)
      let all = try sharing.ranks.gathered(own.contents)
      for (block, bytes) in zip(round.blocks, all) where block.count > 0 {
        guard bytes.count == sharing.layout(block.count).bytes else {
          throw PackedMessage<Failure>.torn
        }
        room?.write(bytes, fromImage: block.lowerBound)
      }
      tell(round.end)
    }
    let heads = try sharing.ranks.gathered(PackedMessage(failures, []).bytes)
    return try heads.flatMap { try PackedMessage<[Failure]>($0).head }.sorted {
      $0.index < $1.index
    }
  }

  /// Decodes some of the files into a room whose first image is the file `start`.
  private func decode(_ range: Range<Int>, into room: PixelSpace, at start: Int) -> [Failure] {
    let failures = Mutex<[Failure]>([])
    let tasks = (range.count + Self.grain - 1) / Self.grain
    // The workers' threads do not know what is set for this one.
    let observer = range.count == files.items.count ? ImageProgress.observer : nil
    let done = Atomic(0)
    Workers.run(tasks) { task in
      let first = range.lowerBound + task * Self.grain
      let part = first..<min(range.upperBound, first + Self.grain)
      for index in part {
        do {
          try decode(files.items[index], into: room, index - start)
        } catch {
          let first = (error as? DiagnosticError)?.diagnostics.first ?? Diagnostic("\(error)")
          let failure = Failure(index: index, reason: first.message, hints: first.hints)
          failures.withLock { $0.append(failure) }
        }
      }
      guard let observer else { return }
      let sum = done.add(part.count, ordering: .relaxed).newValue
      observer(ImageProgress(.decoding, of: files.origin, done: sum, count: files.items.count))
    }
    return failures.withLock { $0.sorted { $0.index < $1.index } }
  }

  private func tell(_ done: Int) {
    ImageProgress.observer?(
      ImageProgress(.decoding, of: files.origin, done: done, count: files.items.count))
  }

  private func decode(_ item: ImageFiles.Item, into room: PixelSpace, _ index: Int) throws {
    let image = try DecodedImage(path: item.path, turning: preprocessing.turnsByExif)
      .inColour()
    let fitting = Fitting((image.height, image.width), to: room.layout.side, preprocessing)
    let resizer = ImageResizer(
      from: (image.height, image.width, 3), fitting, preprocessing.interpolation)
    // Safe: each image of the room is written by the one call that has its index.
    unsafe image.pixels.withUnsafeBufferPointer { pixels in
      switch resizer {
      case .none: _ = unsafe room.bytes(ofImage: index).update(fromContentsOf: pixels)
      case .bytes(let resizer): unsafe resizer.resize(pixels, into: room.bytes(ofImage: index))
      case .floats(let resizer): unsafe resizer.resize(pixels, into: room.floats(ofImage: index))
      }
    }
  }
}
