import Checkpoints
import Foundation
import PETL
import Training

/// That the validation split chose the settings of a sweep, and of which runs: `chosen.json` of its folder.
///
/// What was chosen is not kept: it follows from the runs, whose figures are in their folders.
public struct SweepJudgement: Codable, Equatable {
  /// The keys, or sections, in which methods differ beside the types of their parts.
  public let by: [String]
  /// The folders of the runs that the settings were chosen of, within that of the sweep.
  public let runs: [String]
  /// For the runs that were trained again on train+val, the folder of that training by the run's own.
  public var retrained: [String: String]

  /// The file's name.
  private static let file = "chosen.json"

  /// Notes a judgement.
  ///
  /// - Parameters:
  ///   - rule: what was chosen.
  ///   - runs: the folders of the runs, within that of the sweep.
  ///   - retrained: for those that were trained again, the folder of that training by the run's own.
  public init(_ rule: SettingRule, of runs: [String], retrained: [String: String] = [:]) {
    (by, self.runs, self.retrained) = (rule.keys, runs, retrained)
  }

  /// Reads what a sweep left; nil where it chose nothing.
  ///
  /// - Parameters:
  ///   - sweep: the path of its folder.
  ///   - known: the folders of the runs that were ever asked for in it.
  /// - Throws: `DiagnosticError` when the file cannot be read, or names other folders.
  init?(sweep: String, known: Set<String>) throws {
    let path = "\(sweep)/\(Self.file)"
    guard try FileKind(at: path) != nil else { return nil }
    let hints = [
      "give the same command again: petl sweep RECIPE --output \(sweep) --select best-val"
    ]
    let bytes = try readFile(path, limit: 10 << 20)
    guard let found = try? JSONDecoder().decode(SweepJudgement.self, from: Data(bytes)) else {
      throw DiagnosticError("\(path): cannot be read as what a sweep leaves", hints: hints)
    }
    let named = found.runs + Array(found.retrained.keys) + Array(found.retrained.values)
    if let other = named.first(where: { !known.contains($0) }) {
      throw DiagnosticError("\(path): '\(other)' is no run of this sweep", hints: hints)
    }
    self = found
  }

  /// Writes it, atomically.
  ///
  /// - Parameter sweep: the path of the sweep's folder.
  /// - Throws: `DiagnosticError` when the file cannot be written.
  public func write(in sweep: String) throws {
    let encoder = JSONEncoder.figures([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    try writeAtomically(Array(try encoder.encode(self)) + [10], to: "\(sweep)/\(Self.file)")
  }
}
