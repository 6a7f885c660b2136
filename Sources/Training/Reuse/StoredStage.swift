import Foundation
import PETL

/// What a trained stage leaves beside its parameters.
struct StoredStage: Codable {
  /// Its epochs.
  var records: [EpochRecord]
  /// Its outcome.
  var result: StageResult
  /// What the user was told of it.
  var notes: [Note]

  /// As JSON, with sorted keys.
  func encoded() throws -> String {
    let encoder = JSONEncoder.figures([.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  init(records: [EpochRecord], result: StageResult, notes: [Note]) {
    (self.records, self.result, self.notes) = (records, result, notes)
  }

  /// Reads what `encoded()` gave.
  init(encoded text: String) throws {
    self = try JSONDecoder.figures.decode(StoredStage.self, from: Data(text.utf8))
    try FigureBounds.require(self, "the stored stage", hints: [])
  }
}

extension StoredStage: BoundedFigures {
  var faults: [String] { records.flatMap(\.faults) + result.faults }
}
