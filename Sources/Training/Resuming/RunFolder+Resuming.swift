import Checkpoints
import Foundation
import PETL

extension RunFolder {
  /// How many checkpoints of a run under way are kept.
  static let keptCheckpoints = 2

  /// What the run was started with.
  ///
  /// - Throws: `DiagnosticError` when the folder does not say.
  func origin() throws -> RunOrigin {
    let path = file("run.json")
    guard try FileKind(at: path) != nil else {
      if let maker {
        throw DiagnosticError(
          "\(self.path): \(maker), not by training, so that there is nothing to resume",
          hints: [Self.measured])
      }
      throw DiagnosticError(
        "\(self.path): the run cannot be resumed: there is no run.json",
        hints: [
          "it ended before it began to train, or was made before there was 'petl resume'",
          "start it anew with: petl run \(self.path)/recipe.yaml",
        ])
    }
    let origin: RunOrigin
    do {
      origin = try JSONDecoder().decode(
        RunOrigin.self, from: Data(try readFile(path, limit: 1 << 20)))
    } catch is DecodingError {
      throw DiagnosticError("\(path): cannot be read as what a run leaves")
    }
    try FigureBounds.require(origin, path, hints: [])
    return origin
  }

  /// Whether the run ended as it should.
  public var hasEnded: Bool { FileManager.default.fileExists(atPath: file("summary.json")) }

  /// The folder of the trained stages that the run shares with others; nil when it shares none.
  ///
  /// - Throws: `DiagnosticError` when the folder does not say what the run was started with.
  public func sharedStages() throws -> String? { try origin().reuse }

  /// Refuses a folder that came from elsewhere and leads there: one of its folders, or the log of its
  /// epochs, is a link.
  ///
  /// - Throws: `DiagnosticError` with the link.
  func requireFolders() throws {
    for part in ["checkpoint"] + Tower.allCases.map({ "adapter/\($0.rawValue)" }) {
      _ = try target("\(part)/any")
    }
    let log = file("metrics.jsonl")
    try FileKind(at: log, followingLinks: false)?.requireFile(log)
  }

  /// The paths of the checkpoints of a run under way, the last first.
  package func checkpoints() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: file("checkpoint"))) ?? []
    return names.filter { $0.hasPrefix("step-") && $0.hasSuffix(".safetensors") }.sorted(by: >)
      .map { file("checkpoint/\($0)") }
  }

  /// The name of the checkpoint after so many steps of the whole run.
  static func checkpointName(afterStep step: Int) -> String {
    let digits = "\(step)"
    let padding = String(repeating: "0", count: max(0, 9 - digits.count))
    return "checkpoint/step-\(padding)\(digits).safetensors"
  }

  /// Removes all checkpoints of a run under way but the last so many.
  func removeCheckpoints(but last: Int = keptCheckpoints) {
    guard (try? target("checkpoint/any")) != nil else { return }
    for path in checkpoints().dropFirst(last) {
      // One that cannot be removed does no harm.
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  /// The last checkpoint that can be read.
  ///
  /// Those that cannot are removed, unless none can.
  ///
  /// - Parameter tell: is told of those that cannot.
  /// - Returns: nil when the run was cut off before there was one.
  /// - Throws: `DiagnosticError` when there are some and none can be read.
  func lastResumePoint(tell: (Note) -> Void) throws -> ResumePoint? {
    var (problems, damaged): ([Diagnostic], [String]) = ([], [])
    for path in checkpoints() {
      do {
        let found = try ResumePoint(path: path)
        for path in damaged { try? FileManager.default.removeItem(atPath: path) }
        return found
      } catch let error as DiagnosticError {
        tell(.warning("the checkpoint is passed over: \(error.sentences)"))
        problems += error.diagnostics
        damaged.append(path)
      }
    }
    try problems.throwIfAny()
    return nil
  }

  /// Writes while a run trains: what goes wrong then, as on a full disk, says how to go on.
  ///
  /// - Throws: what `body` throws, with that hint.
  func writing(_ body: (RunFolder) throws -> Void) throws {
    do {
      try body(self)
    } catch let error as DiagnosticError {
      throw DiagnosticError(
        error.diagnostics.map { diagnostic in
          Diagnostic(
            diagnostic.message, at: diagnostic.span,
            hints: diagnostic.hints + [
              "nothing that was written before is lost; when that is mended: petl resume \(path)"
            ])
        })
    }
  }

  /// Keeps what the images of a run hold.
  ///
  /// - Throws: `DiagnosticError` when the file cannot be written.
  func write(_ contents: DataContents) throws {
    try writeAtomically(Array(contents.text.utf8), to: file(DataContents.file))
  }

  /// What the images of the run held when it was started; nil where it was not kept.
  ///
  /// - Throws: `DiagnosticError` when the file cannot be read.
  func dataContents() throws -> DataContents? {
    let path = file(DataContents.file)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return DataContents(text: String(decoding: try readFile(path, limit: 1 << 30), as: UTF8.self))
  }

  /// Removes what only a run under way needs.
  func removeDataContents() {
    // One that cannot be removed does no harm.
    try? FileManager.default.removeItem(atPath: file(DataContents.file))
  }

  /// The length of `metrics.jsonl`.
  var metricsBytes: Int {
    let facts = try? FileManager.default.attributesOfItem(atPath: file("metrics.jsonl"))
    return (facts?[.size] as? NSNumber)?.intValue ?? 0
  }

  /// Takes off `metrics.jsonl` what was added after a checkpoint.
  ///
  /// - Throws: `DiagnosticError` when it is shorter than it was then, or cannot be written.
  func cutMetrics(to length: Int) throws {
    let path = file("metrics.jsonl")
    let bytes = try FileKind(at: path) != nil ? try readFile(path, limit: 1 << 30) : []
    guard bytes.count >= length else {
      throw DiagnosticError(
        "\(path): holds \(bytes.count) bytes, and \(length) when the checkpoint was written",
        hints: ["the epochs that were logged there are gone: start the run anew"])
    }
    if bytes.count > length {
      try writeAtomically(Array(bytes.prefix(length)), to: target("metrics.jsonl"))
    }
  }
}
