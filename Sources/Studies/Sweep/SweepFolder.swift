import Checkpoints
import Foundation
import PETL
import Recipes
import Training

/// The folder of a sweep: a folder for each run, the recipe of each under `recipes/`, the stages they
/// share under `stages/`, what they said under `logs/`, the plugin files that they are trained with under
/// `plugins/`, the recipe of all of them in `sweep.yaml`, and `sweep.json`, which says what each run is.
public struct SweepFolder {
  /// A run that is asked for.
  public struct Run: Sendable {
    /// What it is.
    public fileprivate(set) var entry: SweepEntry
    /// Its recipe.
    public let recipe: Recipe
    /// Whether it finished before: it is not run again.
    public let isFinished: Bool
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
  /// - Throws: `DiagnosticError` with everything that keeps any run from being started, each mistake
  ///   once, or when the folder holds anything else than a sweep.
  public init(_ path: String, sweep: SweepRecipe, program: String) throws {
    self.path = path
    recipe = sweep.source
    let known = try Self.read(path)
    let contents = try Self.checked(sweep.points)
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
      let outcome = "\(path)/\(entry.folder)/summary.json"
      runs.append(
        Run(
          entry: entry, recipe: point.recipe,
          isFinished: FileManager.default.fileExists(atPath: outcome)))
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

  /// Makes the folder and what does not depend on a single run, and locks it: of two sweeps in a
  /// folder each would take the other's runs for what an interruption left.
  ///
  /// - Returns: the lock, to be released when all runs have ended.
  /// - Throws: `DiagnosticError` when it cannot be written, or when a sweep is at work in it.
  public mutating func prepare() throws -> FolderLock {
    let hints = ["choose another --output"]
    try createFolder(path, hints: hints)
    for part in ["recipes", "stages", "logs", "plugins"] {
      try requireOwnFolders(of: "\(part)/any", in: path)
    }
    let lock = try FolderLock(path, hint: "choose another --output")
    // A sweep that ended since the folder was read may have left more.
    arrange(try Self.read(path))
    for part in ["recipes", "stages", "logs"] { try createFolder(file(part), hints: hints) }
    try writeAtomically(Array(yamlText(of: recipe).utf8), to: file("sweep.yaml"))
    try save()
    return lock
  }

  /// Where a run goes on or starts.
  public struct Start: Sendable {
    /// The path of its recipe.
    public let recipe: String
    /// The path of its folder.
    public let folder: String
    /// The path of its log.
    public let log: String
    /// Whether an interrupted try left something to go on with.
    public let isResumed: Bool
  }

  /// Makes room for a run and writes its recipe.
  ///
  /// A run that was interrupted goes on. What a failed try left in the run's folder is removed; the stages
  /// that it finished are kept elsewhere, in `stages/`.
  ///
  /// - Returns: where it is.
  /// - Throws: an error when a file cannot be written.
  public func start(_ run: Run) throws -> Start {
    let name = run.entry.folder
    try requireOwnFolders(of: "\(name)/any", in: path)
    let (recipe, folder) = (file("recipes/\(name).yaml"), file(name))
    let left = try? RunFolder(existing: folder)
    let isResumed = run.entry.failure == nil && left?.checkpoints().isEmpty == false
    if !isResumed, try FileKind(at: folder) != nil { try Self.remove(folder) }
    try writeAtomically(Array(yamlText(of: run.recipe.withoutPlugins).utf8), to: recipe)
    return Start(
      recipe: recipe, folder: folder, log: file("logs/\(name).txt"), isResumed: isResumed)
  }

  /// Removes a folder with all that is in it; links in it are removed, not followed.
  private static func remove(_ folder: String) throws {
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      throw DiagnosticError("\(folder): cannot be removed: \(systemReason(of: error))")
    }
  }

  /// Notes how a run ended.
  ///
  /// - Parameters:
  ///   - index: of the run.
  ///   - failure: why it failed; nil when it did not.
  /// - Throws: an error when `sweep.json` cannot be written.
  public mutating func end(_ index: Int, failure: String?) throws {
    runs[index].entry.failure = failure
    let entry = runs[index].entry
    if let place = entries.firstIndex(where: { $0.key == entry.key }) { entries[place] = entry }
    try save()
  }

  private func save() throws {
    let encoder = JSONEncoder.figures([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    try writeAtomically(Array(try encoder.encode(entries)) + [10], to: file("sweep.json"))
  }

  /// What an earlier sweep left; nothing where there is no folder.
  private static func read(_ path: String) throws -> [SweepEntry] {
    let file = "\(path)/sweep.json"
    guard try FileKind(at: file) != nil else {
      let found = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      guard found.allSatisfy({ $0 == FolderLock.fileName }) else {
        throw DiagnosticError(
          "\(path): the folder is not empty and holds no sweep.json",
          hints: ["choose another --output"])
      }
      return []
    }
    return try SweepOutcome.entries(file)
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
