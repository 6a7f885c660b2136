import Checkpoints
import Foundation
import Training

/// Reads the epochs of a run as they are logged.
struct MetricsTail: Sendable {
  private let path: String
  private var offset: UInt64 = 0

  /// - Parameter path: of `metrics.jsonl`, which need not be there yet.
  init(_ path: String) {
    self.path = path
  }

  /// The epochs that were logged since the last call; a line that is being written comes next time.
  ///
  /// - Returns: the epochs, and whether they are all that there are: the file is shorter than it was,
  ///   as a run leaves it that goes on from a checkpoint.
  mutating func next() -> (records: [EpochRecord], isAnew: Bool) {
    guard (try? FileKind(at: path)) == .file, let file = FileHandle(forReadingAtPath: path) else {
      return ([], false)
    }
    defer { try? file.close() }
    let isAnew = ((try? file.seekToEnd()) ?? offset) < offset
    if isAnew { offset = 0 }
    guard (try? file.seek(toOffset: offset)) != nil, let bytes = try? file.readToEnd(),
      let end = bytes.lastIndex(of: 10)
    else { return ([], isAnew) }
    let lines = bytes[...end]
    offset += UInt64(lines.count)
    let records = lines.split(separator: 10).compactMap {
      try? JSONDecoder.figures.decode(EpochRecord.self, from: Data($0))
    }
    return (records, isAnew)
  }
}
