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
        let (first, second) = Self.difference(all[0][key] ?? "", other[key] ?? "")
        mistakes.append(
          Diagnostic(
            "rank \(rank) has another \(key) than rank 0",
            hints: [
              "rank 0: \(first)", "rank \(rank): \(second)",
              "start all ranks with the same words, on machines of one kind",
            ]))
      }
    }
    try mistakes.throwIfAny()
  }

  /// The first line in which two texts differ; the texts where they are of one line.
  private static func difference(_ first: String, _ second: String) -> (String, String) {
    let lines = [first, second].map { $0.split(separator: "\n").map(String.init) }
    let common = zip(lines[0], lines[1]).prefix { $0 == $1 }.count
    let found = lines.map { lines in
      let line = common < lines.count ? lines[common].trimmingCharacters(in: .whitespaces) : ""
      return line.isEmpty ? "nothing" : line
    }
    return (found[0], found[1])
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
