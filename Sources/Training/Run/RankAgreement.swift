import Checkpoints
import Foundation
import PETL
import Ranks

extension Ranks {
  /// Refuses to go on where ranks differ in something that they must have in common.
  ///
  /// - Parameter own: what this rank has, by what it is called.
  /// - Throws: `DiagnosticError` with every difference to the first rank.
  func require(same own: [String: String]) throws {
    if isAlone { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let all = try gathered(Array(try encoder.encode(own))).map {
      try JSONDecoder().decode([String: String].self, from: Data($0))
    }
    var mistakes: [Diagnostic] = []
    for (rank, other) in all.enumerated() {
      for key in all[0].keys.sorted() where all[0][key] != other[key] {
        mistakes.append(
          Diagnostic(
            "rank \(rank) has another \(key) than rank 0",
            hints: ["rank 0: \(all[0][key] ?? "")", "rank \(rank): \(other[key] ?? "")"]))
      }
    }
    try mistakes.throwIfAny()
  }

  /// Refuses to go on where ranks hold other values than the first.
  ///
  /// - Parameter values: what is trained, by name.
  /// - Throws: `DiagnosticError` when they differ.
  func require(same values: [(name: String, parameter: Parameter)]) throws {
    if isAlone { return }
    let bytes = values.flatMap { $0.parameter.value.values.bytes }
    let digests = try gathered(Array(SHA256.digest(of: bytes).utf8))
    guard let other = digests.firstIndex(where: { $0 != digests[0] }) else { return }
    throw DiagnosticError(
      "rank \(other) no longer holds the weights of rank 0: its machine adds up in another way",
      hints: ["train on machines of one kind"])
  }
}
