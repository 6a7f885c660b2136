import Checkpoints
import Foundation
import PETL
import Training

/// What a sweep's folder holds, read without its recipe, weights or data.
public struct SweepOutcome {
  /// The folder's path.
  public let path: String
  /// Everything that was ever asked for in the folder.
  public let entries: [SweepEntry]
  /// The text of the recipe that was last asked for; nil in folders of earlier versions.
  public let recipe: String?
  /// The runs that finished.
  public let finished: FinishedRuns

  /// Reads a sweep.
  ///
  /// - Parameter path: of its folder.
  /// - Throws: `DiagnosticError` when it is none, or when a file of it cannot be read.
  public init(existing path: String) throws {
    guard Self.isSweep(path) else {
      throw DiagnosticError(
        "\(path): not the folder of a sweep",
        hints: ["expected a folder with a sweep.json in it"]
          + (nearestPath(to: path, where: Self.isSweep).map { ["did you mean '\($0)'?"] } ?? []))
    }
    self.path = path
    entries = try Self.entries(of: path)
    let recipe = "\(path)/sweep.yaml"
    self.recipe =
      FileManager.default.fileExists(atPath: recipe)
      ? String(decoding: try readFile(recipe, limit: 10 << 20), as: UTF8.self) : nil
    finished = try FinishedRuns(
      entries.map { "\(path)/\($0.folder)" }.filter {
        FileManager.default.fileExists(atPath: "\($0)/recipe.yaml")
      })
  }

  /// Whether a folder is that of a sweep.
  public static func isSweep(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/sweep.json")
  }

  /// The keys that varied, but for the seed and the data.
  public var keys: Set<String> {
    Set(entries.flatMap(\.changes.keys)).filter {
      $0 != "seed" && $0 != "data" && !$0.hasPrefix("data.")
    }
  }

  /// The outcome of a run; nil for one that did not finish.
  public func summary(_ entry: SweepEntry) -> RunSummary? {
    finished.runs.first { $0.path == "\(path)/\(entry.folder)" }?.summary
  }

  /// The seconds of training, stages that runs have in common counted once.
  ///
  /// A stage that another run trained is read with the time that it took there, to the last digit.
  public var trainingSeconds: Double {
    struct Key: Hashable {
      let name: String
      let seconds: Double
      let loss: Double
    }
    let stages = finished.runs.flatMap(\.summary.stages).map {
      Key(name: $0.name, seconds: $0.trainingSeconds, loss: $0.taskLoss)
    }
    return Set(stages).map(\.seconds).sorted().reduce(0, +)
  }

  /// What each run of a folder is, and why some failed.
  static func entries(of path: String) throws -> [SweepEntry] {
    let file = "\(path)/sweep.json"
    let hints = ["choose another folder, or sweep again with another --output"]
    let bytes = try readFile(file, limit: 100 << 20)
    var entries: [SweepEntry]
    do {
      entries = try JSONDecoder().decode([SweepEntry].self, from: Data(bytes))
    } catch {
      throw DiagnosticError("\(file): cannot be read as what a sweep leaves", hints: hints)
    }
    let faults = entries.enumerated().flatMap { index, entry in
      entry.faults.map { Diagnostic("\(file): run \(index + 1): \($0)", hints: hints) }
    }
    try faults.throwIfAny()
    for index in entries.indices {
      entries[index].failure =
        SweepSlot(sweep: path, name: entries[index].folder).failure?.reason
    }
    return entries
  }
}
