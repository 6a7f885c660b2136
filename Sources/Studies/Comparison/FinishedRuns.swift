import Checkpoints
import Foundation
import PETL
import Training

/// Runs as they are read for comparisons: each once, whatever is then compared of them.
public struct FinishedRuns {
  /// Those that have an outcome.
  let runs: [ComparedRun]
  /// The folders that have none, and why.
  public let leftOut: [String]

  /// Reads runs; no plugin and no weights are needed.
  ///
  /// - Parameter paths: folders of runs, or folders that hold such folders.
  /// - Throws: `DiagnosticError` with every path that is no run's, or when a file of a run cannot be
  ///   read.
  public init(_ paths: [String]) throws {
    let folders = try Self.folders(paths)
    let read = try folders.map { (path: $0.path, run: try ComparedRun($0)) }
    let foreign = read.compactMap(\.run).filter { !$0.isOfPETL }
    guard foreign.isEmpty else {
      throw DiagnosticError(
        foreign.map {
          Diagnostic(
            "\($0.path): not the folder of a run",
            hints: ["its recipe.yaml has no \(RunFolder.recipeKeys.joined(separator: ", "))"])
        })
    }
    runs = Self.withEqualWeights(read.compactMap(\.run))
    leftOut = read.filter { $0.run == nil }.map { path, _ in
      let maker = (try? RunFolder(existing: path))?.maker
      return "\(path): \(maker.map { "\($0); \(RunFolder.measured)" } ?? "the run did not finish")"
    }
  }

  /// The runs, with weights of one name that hold the same under the path of the first that has them, and others of that
  /// path under a name of their own.
  private static func withEqualWeights(_ runs: [ComparedRun]) -> [ComparedRun] {
    var known: [(digest: String, name: String, path: String)] = []
    return runs.map { run in
      guard let digest = run.weightsDigest, let path = run.setting(ComparedRun.weights) else {
        return run
      }
      let name = URL(fileURLWithPath: path).lastPathComponent
      let found = known.first { $0.digest == digest && $0.name == name }
      let isTaken = known.contains { $0.path == path && $0.digest != digest }
      let own = found?.path ?? (isTaken ? "\(path) \(digest.prefix(8))" : path)
      if found == nil { known.append((digest, name, own)) }
      var run = run
      run.name(weights: own)
      return run
    }
  }

  /// The folders of runs at some paths; a folder that is no run's stands for those in it.
  ///
  /// - Throws: `DiagnosticError` with every path that leads to none.
  private static func folders(_ paths: [String]) throws -> [RunFolder] {
    var found: [RunFolder] = []
    var mistakes: [Diagnostic] = []
    var seen: Set<String> = []
    func isNew(_ path: String) -> Bool {
      seen.insert(URL(fileURLWithPath: path).standardizedFileURL.path).inserted
    }
    for path in paths {
      if let run = try? RunFolder(existing: path) {
        if isNew(path) { found.append(run) }
        continue
      }
      let inside = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        .compactMap { try? RunFolder(existing: "\(path)/\($0)") }
      if inside.isEmpty {
        let hints = ["expected a folder with a recipe.yaml in it"]
        mistakes +=
          FileManager.default.fileExists(atPath: path)
          ? [
            Diagnostic(
              "\(path): neither the folder of a run nor one that holds such folders", hints: hints)
          ] : DiagnosticError(missing: path, "folder", hints: hints).diagnostics
      }
      found += inside.filter { isNew($0.path) }
    }
    try mistakes.throwIfAny()
    return found
  }
}

extension ComparedRun {
  /// Whether the recipe is that of a run, and not another YAML file of that name.
  fileprivate var isOfPETL: Bool {
    RunFolder.recipeKeys.allSatisfy { key in
      settings.contains { $0.key == key || $0.key.hasPrefix(key + ".") }
    }
  }
}
