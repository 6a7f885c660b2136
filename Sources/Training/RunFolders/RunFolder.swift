import Checkpoints
import Foundation
import PETL
import Recipes

/// The folder of a run: `recipe.yaml`, `metrics.jsonl`, `summary.json`, `checkpoint/`, `adapter/`.
public struct RunFolder {
  /// Its path.
  public let path: String

  /// A folder that exists.
  public init(existing path: String) throws {
    guard FileKind.seen(at: path) == .folder, Self.isRun(path) else {
      throw DiagnosticError(
        "\(path): not the folder of a run",
        hints: ["expected a folder with a recipe.yaml in it"]
          + (nearestPath(to: path, where: Self.isRun).map { ["did you mean '\($0)'?"] } ?? []))
    }
    self.path = path
  }

  /// Whether a run was begun in a folder.
  private static func isRun(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/recipe.yaml")
  }

  /// A new folder.
  ///
  /// - Parameters:
  ///   - path: must not exist or be empty; nil takes `runs/NAME`, or the first free `runs/NAME-2` …
  ///   - name: the recipe's name.
  /// - Throws: `DiagnosticError` when the folder is taken or cannot be made.
  public init(creating path: String?, name: String) throws {
    let files = FileManager.default
    if let path {
      if path.isEmpty {
        throw DiagnosticError(
          "the path of the folder is empty", hints: ["leave --output out to get one under runs/"])
      }
      if let found = try? files.contentsOfDirectory(atPath: path), !found.isEmpty {
        var hints = ["choose another --output, or leave it out to get a new folder under runs/"]
        if found.contains("run.json"), !found.contains("summary.json") {
          hints.append("a run that was cut off is in it; go on with: petl resume \(path)")
        }
        throw DiagnosticError("\(path): the folder is not empty", hints: hints)
      }
      self.path = path
    } else {
      self.path = try Self.claimed("runs/" + name.replacing("/", with: "-"))
    }
    for folder in [self.path, file("checkpoint"), file("adapter")] {
      try createFolder(folder, hints: ["choose another --output"])
    }
  }

  /// The first of `base`, `base-2` … that is not there yet, made: two runs that start at once get a
  /// folder each.
  private static func claimed(_ base: String) throws -> String {
    let hints = ["choose another folder with --output"]
    var path = base
    var number = 2
    try createFolder(URL(fileURLWithPath: base).deletingLastPathComponent().path, hints: hints)
    while try !createNewFolder(path, hints: hints) {
      path = "\(base)-\(number)"
      number += 1
    }
    return path
  }

  /// A file's path inside the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The path of a file that is going to be written or removed.
  ///
  /// - Throws: `DiagnosticError` when a folder that leads to it from the run's folder on is a link.
  func target(_ name: String) throws -> String {
    try requireOwnFolders(of: name, in: path)
    return file(name)
  }

  /// Writes the resolved recipe with where it came from, as comments.
  public func write(_ recipe: Recipe, provenance: [String]) throws {
    let comments = provenance.map { line in
      "# \(String(line.map { $0.isNewline ? " " : $0 }))\n"
    }.joined()
    try writeAtomically(
      Array((comments + yamlText(of: recipe.resolved)).utf8), to: target("recipe.yaml"))
  }

  /// Writes a value as JSON, atomically.
  public func write(_ value: some Encodable, to name: String) throws {
    let encoder = JSONEncoder.figures([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    try writeAtomically(Array(try encoder.encode(value)) + [10], to: target(name))
  }

  /// Adds a line to `metrics.jsonl`.
  public func append(_ record: EpochRecord) throws {
    let encoder = JSONEncoder.figures([.sortedKeys, .withoutEscapingSlashes])
    let line = try encoder.encode(record) + [10]
    // On the disk when this is done: a checkpoint that counts this line must not outlive it.
    try Checkpoints.append(Array(line), toFile: target("metrics.jsonl"))
  }
}

extension JSONEncoder {
  /// The encoder of figures: what is not finite is the string nan, inf or -inf, for JSON has no
  /// such numbers.
  public static func figures(_ formatting: OutputFormatting) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }
}
