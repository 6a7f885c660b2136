import Checkpoints
import Foundation
import Networks
import Optimization
import PETL
import Recipes

/// A run between two steps, in one file: parameters, the optimizer's state, and how far it has come.
///
/// Random numbers need no state but the seed, which the recipe has.
struct ResumePoint {
  /// All that is no tensor.
  struct State: Codable {
    /// The outcomes of the stages before, the controls among them.
    var results: [StageResult] = []
    /// What the user was told of those stages.
    var notes: [Note] = []
    /// How often the run was resumed so far.
    var resumptions = 0
    /// The stage under way, as the user is told of it.
    var title: StageTitle
    /// How far that has come.
    var progress: StageProgress
    /// The optimizer's counts.
    var counts: [String: Int]
    /// The states of the regularizers by label, as JSON.
    var regularizers: [String: String]
    /// The states of the training rules by label, as JSON; nil without rules.
    var rules: [String: String]?
    /// How long `metrics.jsonl` was.
    var metricsBytes: Int
    /// The digest of what the recipe decides.
    var decisions: String
  }

  let state: State
  /// The path of the file.
  var path: String { file.name }
  /// The digest of what is in it.
  var digest: String { file.metadata["digest"] ?? "" }
  private let file: SafetensorsFile

  /// The metadata key of `State`.
  private static let stateKey = "run"
  /// What the names of the optimizer's tensors, and of those of the epoch that is kept, begin with.
  private static let (optimizerPrefix, keptPrefix) = ("optimizer.", "kept.")
  /// What the names of the training rules' tensors begin with; a rule's label and a slash follow.
  private static let rulesPrefix = "rules."

  /// Writes a checkpoint, atomically.
  ///
  /// - Throws: `DiagnosticError` when the file cannot be written; older ones are then still whole.
  static func write(
    _ state: State, _ snapshot: StageSnapshot, of network: any TrainedNetwork, to path: String,
    metadata: [String: String]
  ) throws {
    let (optimizer, kept) = (snapshot.optimizer, snapshot.kept ?? [:])
    let extra =
      optimizer.tensors.map {
        TensorRecord.float32(optimizerPrefix + $0, shape: $1.shape, $1.values)
      }
      + optimizer.matrices.map {
        TensorRecord.float64(optimizerPrefix + $0, shape: [$1.rows, $1.columns], $1.elements)
      } + kept.map { TensorRecord.float32(keptPrefix + $0, shape: $1.shape, $1.values) }
      + snapshot.rules.flatMap { label, rule in
        rule.tensors.map {
          TensorRecord.float32("\(rulesPrefix)\(label)/\($0)", shape: $1.shape, $1.values)
        }
      }
    let encoder = JSONEncoder.figures([.sortedKeys, .withoutEscapingSlashes])
    let text = String(decoding: try encoder.encode(state), as: UTF8.self)
    let records = Checkpoint.records(of: network) + extra.sorted { $0.name < $1.name }
    try Checkpoint.write(
      records, to: path,
      owners: [optimizerPrefix, keptPrefix] + (snapshot.rules.isEmpty ? [] : [rulesPrefix]),
      metadata: metadata.merging([
        stateKey: text, "digest": Seal.digest(records.map { ($0.name, $0.bytes) }, text),
      ]) { _, own in own })
  }

  /// Reads a checkpoint.
  ///
  /// - Throws: an error with the reason when the file is damaged or none.
  init(path: String) throws {
    file = try SafetensorsFile(path: path)
    let text = file.metadata[Self.stateKey] ?? ""
    let values = try file.entries.map { [file] in ($0.name, try file.bytes($0.name)) }
    guard file.metadata["digest"] == Seal.digest(values, text) else {
      throw DiagnosticError("\(path): its contents are not those that were stored")
    }
    do {
      state = try JSONDecoder.figures.decode(State.self, from: Data(text.utf8))
    } catch {
      throw DiagnosticError("\(path): not the checkpoint of a run that goes on")
    }
    try FigureBounds.require(state, path, hints: [])
  }

  /// Gives a network the parameters of then, strictly.
  ///
  /// - Returns: the rest of what the stage under way goes on from.
  /// - Throws: `DiagnosticError` naming every tensor that does not fit.
  func load(into network: any TrainedNetwork) throws -> StageSnapshot {
    try Checkpoint.load(file.name, into: network)
    var optimizer = OptimizerState()
    optimizer.counts = state.counts
    var kept: [String: Tensor] = [:]
    var rules = (state.rules ?? [:]).mapValues { StoredRule(state: $0) }
    for entry in file.entries {
      if entry.name.hasPrefix(Self.keptPrefix) {
        kept[String(entry.name.dropFirst(Self.keptPrefix.count))] = Tensor(
          try file.floats(entry.name), shape: entry.shape)
      } else if entry.name.hasPrefix(Self.rulesPrefix) {
        let parts = entry.name.dropFirst(Self.rulesPrefix.count).split(
          separator: "/", maxSplits: 1)
        guard parts.count == 2 else { continue }
        rules[String(parts[0])]?.tensors[String(parts[1])] = Tensor(
          try file.floats(entry.name), shape: entry.shape)
      } else if entry.name.hasPrefix(Self.optimizerPrefix) {
        let name = String(entry.name.dropFirst(Self.optimizerPrefix.count))
        if entry.type == .f64, entry.shape.count == 2 {
          optimizer.matrices[name] = DoubleMatrix(
            try file.doubles(entry.name), rows: entry.shape[0], columns: entry.shape[1])
        } else {
          optimizer.tensors[name] = Tensor(try file.floats(entry.name), shape: entry.shape)
        }
      }
    }
    return StageSnapshot(
      progress: state.progress, optimizer: optimizer, kept: kept.isEmpty ? nil : kept,
      regularizers: state.regularizers, rules: rules)
  }
}
