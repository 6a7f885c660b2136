import Checkpoints
import Foundation
import PETL
import Recipes
import Training

/// The folder of a sweep: a folder for each run, the recipe of each under `recipes/`, the stages they
/// share under `stages/`, what they said under `logs/`, why some failed under `failures/`, who trains some
/// now under `claims/`, the plugin files that they are trained with under `plugins/`, the recipe of all of
/// them in `sweep.yaml`, and `sweep.json`, which says what each run is.
///
/// `sweep.json` only grows, under the folder's lock. What became of a run is seen in its folder, so that several
/// sweeps may work in one.
public struct SweepFolder {
  /// A run that is asked for.
  public struct Run: Sendable {
    /// What it is.
    public fileprivate(set) var entry: SweepEntry
    /// Its recipe.
    public let recipe: Recipe
    /// Whether it finished: it is not run again.
    public fileprivate(set) var isFinished: Bool
  }

  /// The folder's path.
  public let path: String
  /// What is asked for now, in the order of the sweep; of two combinations that are the same run, one.
  public private(set) var runs: [Run]
  /// Everything that was ever asked for in this folder.
  private var entries: [SweepEntry]
  /// The sweep's recipe.
  private let recipe: ConfigurationNode
  /// What is asked for with the digest of what decides its outcome, doubles too.
  private let wanted: [(point: SweepRecipe.Point, key: String)]

  /// Checks every run of a sweep and finds those that are finished.
  ///
  /// Nothing is written.
  ///
  /// - Parameters:
  ///   - path: of the folder; it may be that of an earlier sweep.
  ///   - sweep: what is asked for.
  ///   - program: the code that computes (`TrainingProgram.identity`).
  ///   - isChosenOf: whether settings are chosen of the runs, which takes a validation split.
  /// - Throws: `DiagnosticError` with everything that keeps any run from being started, each mistake
  ///   once, or when the folder holds anything else than a sweep.
  public init(
    _ path: String, sweep: SweepRecipe, program: String, isChosenOf: Bool = false
  ) throws {
    self.path = path
    recipe = sweep.source
    let known = try Self.read(path)
    let contents = try Self.checked(sweep.points, isChosenOf: isChosenOf)
    wanted = zip(sweep.points, contents).map { point, digest in
      (point, Self.key(point.recipe, digest, program: program))
    }
    (entries, runs) = ([], [])
    arrange(known)
  }

  /// Finds what is asked for among what was ever asked for, and numbers what is new.
  private mutating func arrange(_ known: [SweepEntry]) {
    (entries, runs) = (known, [])
    for (point, key) in wanted where !runs.contains(where: { $0.entry.key == key }) {
      let entry: SweepEntry
      if let old = entries.first(where: { $0.key == key }) {
        entry = old
      } else {
        let number = (entries.map(\.number).max() ?? 0) + 1
        let digits = "\(number)"
        let padding = String(repeating: "0", count: max(0, 3 - digits.count))
        entry = SweepEntry(
          number: number, folder: "\(padding)\(digits)-\(point.label)", key: key,
          changes: Dictionary(point.changes.map { ($0.key, $0.text) }) { _, last in last })
        entries.append(entry)
      }
      let slot = SweepSlot(sweep: path, name: entry.folder)
      runs.append(Run(entry: entry, recipe: point.recipe, isFinished: slot.isFinished))
    }
  }

  /// The place of a run among the points of the sweep.
  ///
  /// - Parameter index: of the run.
  /// - Returns: that of the first point that is this run.
  public func point(_ index: Int) -> Int? { wanted.firstIndex { $0.key == runs[index].entry.key } }

  /// The folder of each point of the sweep; points that are the same run have one.
  public var folders: [String] {
    wanted.compactMap { _, key in
      runs.first { $0.entry.key == key }.map { file($0.entry.folder) }
    }
  }

  /// The folders of runs that differ from one that is asked for in nothing that the sweep changes, but in
  /// what all its runs share: the rest of the recipe, the program, weights or data.
  public var others: [String] {
    let keys = Set(runs.map(\.entry.key))
    let changes = Set(runs.map(\.entry.changes))
    return entries.filter { !keys.contains($0.key) && changes.contains($0.changes) }.map(\.folder)
  }

  /// The path of something in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// What the folder has of a run.
  public func slot(_ index: Int) -> SweepSlot {
    SweepSlot(sweep: path, name: runs[index].entry.folder)
  }

  /// Makes the folder and what does not depend on a single run, and writes down what is asked for: no other
  /// sweep does so at the same time.
  ///
  /// - Throws: `DiagnosticError` when it cannot be written, or when another is at it for a minute.
  public mutating func prepare() throws {
    let hints = ["choose another --output"]
    try createFolder(path, hints: hints)
    for part in ["recipes", "stages", "logs", "plugins", "claims", "failures"] {
      try requireOwnFolders(of: "\(part)/any", in: path)
    }
    let lock = try FolderLock(path, hint: "choose another --output", patience: .seconds(60))
    defer { lock.release() }
    // A sweep that began since the folder was read may have left more.
    arrange(try Self.read(path))
    // First of all: by it another sweep knows whose folder this is.
    try save()
    for part in ["recipes", "stages", "logs"] { try createFolder(file(part), hints: hints) }
    try writeAtomically(Array(yamlText(of: recipe).utf8), to: file("sweep.yaml"))
  }

  /// Writes the recipe of a run.
  ///
  /// - Throws: an error when the file cannot be written.
  public func writeRecipe(_ index: Int) throws {
    let text = yamlText(of: runs[index].recipe.withoutPlugins)
    try writeAtomically(Array(text.utf8), to: slot(index).recipe)
  }

  /// Sees what became of a run since.
  public mutating func look(_ index: Int) {
    let slot = slot(index)
    runs[index].isFinished = slot.isFinished
    runs[index].entry.failure = slot.failure?.reason
  }

  /// Writes down all that was ever asked for, unless it stands there already.
  private func save() throws {
    let encoder = JSONEncoder.figures([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    let bytes = Array(try encoder.encode(entries)) + [10]
    let table = file("sweep.json")
    if try FileKind(at: table) != nil, try readFile(table, limit: 100 << 20) == bytes { return }
    try writeAtomically(bytes, to: table)
  }

  /// What an earlier sweep left; nothing where there is no folder, or none has written in it yet.
  ///
  /// The folder is listed before the table is looked for: whoever makes the folder writes the table first.
  private static func read(_ path: String) throws -> [SweepEntry] {
    if let kind = FileKind.seen(at: path), kind != .folder {
      throw DiagnosticError(
        "\(path): this is a file, the folder of a sweep is expected",
        hints: ["choose another --output"])
    }
    let found = try? FileManager.default.contentsOfDirectory(atPath: path)
    // Locks, and files that are being written.
    if let found, found.allSatisfy({ $0.hasPrefix(".petl-") }) { return [] }
    guard try FileKind(at: "\(path)/sweep.json") != nil else {
      if found == nil { return [] }
      throw DiagnosticError(
        "\(path): the folder is not empty and holds no sweep.json",
        hints: ["choose another --output"])
    }
    return try SweepOutcome.entries(of: path)
  }

  private static func key(_ recipe: Recipe, _ digests: ContentDigests, program: String) -> String {
    let decisions = recipe.decisions(throughStage: recipe.stages.count - 1, regularized: true)
    let text = """
      petl-run 1
      program: \(program)
      weights: \(digests.weights)
      data: \(digests.data)
      control: \(recipe.hasControl)
      \(decisions)
      """
    return SHA256.digest(of: Array(text.utf8))
  }
}
