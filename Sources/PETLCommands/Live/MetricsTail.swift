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
  mutating func next() -> [EpochRecord] {
    guard let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    guard (try? file.seek(toOffset: offset)) != nil, let bytes = try? file.readToEnd(),
      let end = bytes.lastIndex(of: 10)
    else { return [] }
    let lines = bytes[...end]
    offset += UInt64(lines.count)
    return lines.split(separator: 10).compactMap {
      try? JSONDecoder.figures.decode(EpochRecord.self, from: Data($0))
    }
  }
}
