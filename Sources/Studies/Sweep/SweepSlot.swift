import Checkpoints
import Foundation
import PETL
import Training

/// What the folder of a sweep has of one run.
///
/// Whoever trains the run holds its lock under `claims/`, so that any number of processes, on any hosts that share
/// the folder, can work in it.
public struct SweepSlot: Sendable {
  /// The path of the sweep's folder.
  public let sweep: String
  /// The name of the run's folder.
  public let name: String

  /// Makes one.
  public init(sweep: String, name: String) { (self.sweep, self.name) = (sweep, name) }

  /// The path of the run's recipe.
  public var recipe: String { "\(sweep)/recipes/\(name).yaml" }
  /// The path of the run's folder.
  public var folder: String { "\(sweep)/\(name)" }
  /// The path of what the run says.
  public var log: String { "\(sweep)/logs/\(name).txt" }
  /// Where runs share their stages.
  public var stages: String { "\(sweep)/stages" }
  private var failureFile: String { "\(sweep)/failures/\(name).json" }

  /// Whether the run ended as it should.
  ///
  /// The folders are opened before, after which NFS does not go by what it remembers of their names.
  public var isFinished: Bool {
    isFolder(sweep) && isFolder(folder)
      && FileManager.default.fileExists(atPath: "\(folder)/summary.json")
  }

  /// Why it failed when it was last tried; nil when it did not, and while it is tried.
  public var failure: SweepFailure? {
    guard !isFinished, isFolder("\(sweep)/failures"),
      let bytes = try? readFile(failureFile, limit: 1 << 20)
    else { return nil }
    return (try? JSONDecoder().decode(SweepFailure.self, from: Data(bytes)))
      ?? SweepFailure("it failed; \(failureFile) cannot be read")
  }

  /// Notes how the run ended.
  ///
  /// - Parameter failure: why it failed; nil when it did not.
  /// - Throws: `DiagnosticError` when the note cannot be written.
  public func note(_ failure: SweepFailure?) throws {
    guard let failure else {
      try? FileManager.default.removeItem(atPath: failureFile)
      return
    }
    let encoder = JSONEncoder.figures([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    try requireOwnFolders(of: "failures/any", in: sweep)
    try createFolder("\(sweep)/failures")
    try writeAtomically(Array(try encoder.encode(failure)) + [10], to: failureFile)
  }

  /// Whether somebody trains the run, or left its lock behind.
  public var isClaimed: Bool {
    FileManager.default.fileExists(atPath: "\(sweep)/claims/\(name)")
  }

  /// Who trains the run, as far as it can be seen without a claim; nil when nobody does.
  public var trainer: LockHolder? {
    ["\(sweep)/claims/\(name)", "\(folder)/\(FolderLock.fileName)"].lazy
      .compactMap { LockHolder(at: $0) }.first { !$0.isGone }
  }

  /// Tries to become the only one who trains the run.
  ///
  /// - Returns: the lock, or who trains it.
  /// - Throws: `DiagnosticError` when the lock cannot be made.
  public func claim() throws -> FolderLock.Attempt {
    try requireOwnFolders(of: "claims/any", in: sweep)
    try createFolder("\(sweep)/claims")
    // A process that outlived the one which started it still trains.
    if FileKind.seen(at: folder) == .folder,
      case .held(let holder) = try FolderLock.attempt("\(folder)/\(FolderLock.fileName)")
    {
      let starter = LockHolder(at: "\(sweep)/claims/\(name)")
      return .held(starter.flatMap { $0.isGone ? nil : $0 } ?? holder)
    }
    return try FolderLock.attempt("\(sweep)/claims/\(name)")
  }

  /// Makes room for the run, whose lock is held: what a failed try left in its folder is removed.
  ///
  /// The stages that it finished are kept elsewhere, in `stages/`.
  ///
  /// - Returns: whether an interrupted try left something to go on with.
  /// - Throws: `DiagnosticError` when a file cannot be written or removed.
  public func makeRoom() throws -> Bool {
    try requireOwnFolders(of: "\(name)/any", in: sweep)
    let left = try? RunFolder(existing: folder)
    let isWhole = failure?.isKilled ?? true
    let isResumed = isWhole && left?.checkpoints().isEmpty == false
    if !isResumed, try FileKind(at: folder) != nil {
      do {
        try FileManager.default.removeItem(atPath: folder)
      } catch {
        throw DiagnosticError("\(folder): cannot be removed: \(systemReason(of: error))")
      }
    }
    try note(nil)
    return isResumed
  }
}
