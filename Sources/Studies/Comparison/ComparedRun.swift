import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import Recipes
import Training

/// What a comparison reads of a run's folder: its settings, where it came from, and its outcome.
struct ComparedRun {
  /// The path of the folder.
  let path: String
  /// The resolved recipe, each value under its dotted key, in the order of the file; numbers that are the same have the
  /// same text.
  private(set) var settings: [(key: String, text: String)]
  /// What the comments of the recipe say, such as `petl` and `data_sha256`.
  let provenance: [String: String]
  /// The outcome.
  let summary: RunSummary
  /// The names of the classes; nil where the checkpoint is gone or does not say.
  let classes: [String]?

  /// Reads a run; no plugin and no weights are needed.
  ///
  /// It is nil for a run that has no outcome, because it goes on or failed.
  ///
  /// - Throws: `DiagnosticError` when a file of the run cannot be read.
  init?(_ folder: RunFolder) throws {
    let (recipe, outcome) = (folder.file("recipe.yaml"), folder.file("summary.json"))
    guard try FileKind(at: outcome) != nil else { return nil }
    path = folder.path
    settings = try YAMLReader.read(path: recipe).scalars()
    provenance = Self.comments(
      String(decoding: try readFile(recipe, limit: 10 << 20), as: UTF8.self))
    let bytes = try readFile(outcome, limit: 100 << 20)
    do {
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      summary = try decoder.decode(
        RunSummary.self, from: Data(bytes))
      try FigureBounds.require(summary, outcome, hints: ["train the run again"])
    } catch let error as DiagnosticError {
      throw error
    } catch {
      throw DiagnosticError(
        "\(outcome): not the summary of a run", hints: ["train the run again"])
    }
    classes = Self.classes(folder, summary)
  }

  /// What the checkpoint of the last stage says of its head.
  private static func classes(_ folder: RunFolder, _ summary: RunSummary) -> [String]? {
    guard let stage = summary.stages.last(where: { !$0.title.isControl }),
      let file = try? SafetensorsFile(path: folder.file("checkpoint/\(stage.name).safetensors")),
      let count = file.entry("head.weight")?.shape.first
    else { return nil }
    return ClassNames.read(file.metadata, count: count)
  }

  /// The lines `# key: value` at the head of a recipe.
  private static func comments(_ text: String) -> [String: String] {
    var found: [String: String] = [:]
    for line in text.split(separator: "\n") {
      guard line.hasPrefix("# "), let colon = line.firstRange(of: ": ") else { break }
      found[String(line[line.index(line.startIndex, offsetBy: 2)..<colon.lowerBound])] = String(
        line[colon.upperBound...])
    }
    return found
  }

  /// The SHA-256 of the weights; nil where the run does not say.
  var weightsDigest: String? { provenance["weights_sha256"] }

  /// The weights' place, where it is one of several that hold the same.
  mutating func name(weights path: String) {
    settings = settings.map { $0.key == Self.weights ? ($0.key, path) : $0 }
  }

  /// The key of the weights' place.
  static let weights = "backbone.weights"

  /// The value of a key.
  func setting(_ key: String) -> String? { settings.first { $0.key == key }?.text }

  /// What tells data sets apart; ./photos/ is photos.
  var dataKey: String {
    let place = setting("data.path").map { path in
      let parts = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
      return path.hasPrefix("/") ? "/" + parts : parts
    }
    return ["type", "name"].map { setting("data.\($0)") ?? "" }.joined(separator: "\n")
      + "\n" + (place ?? "")
  }

  /// A short name of the data set: its own, or that of its file or folder.
  var dataName: String {
    if let name = setting("data.name") { return name }
    let file = URL(fileURLWithPath: setting("data.path") ?? "data").lastPathComponent
    return file.hasSuffix(".safetensors") ? String(file.dropLast(12)) : file
  }

  /// The group of the data set: what the run noted of it, that of a VTAB task, or what a safetensors set
  /// that is still there says of itself.
  var group: VTAB.Group? {
    if let noted = provenance["data_group"] { return VTAB.Group(noted) }
    if let task = VTAB.task(named: dataName) { return task.group }
    guard setting("data.type") == "safetensors", let path = setting("data.path"),
      let file = try? SafetensorsFile(path: path)
    else { return nil }
    return file.metadata["group"].flatMap(VTAB.Group.init(_:))
  }

  /// The settings that make the method: all but the seed, the names and places of things, and what
  /// changes time and memory only.
  ///
  /// - Parameter regularized: false for the control, which has no regularizers.
  /// - Returns: values by dotted key.
  func method(regularized: Bool) -> [String: String] {
    let others: Set<String> = [
      "name", "seed", "threads", "activation_cache", "control", "data.type", "data.name",
      "data.path", "data.cache", "plugins",
    ]
    let kept = settings.filter { key, _ in
      !others.contains(key) && (regularized || !key.hasPrefix("regularizers."))
    }.map { key, text in
      // Adapters are what they hold, not what they are called.
      guard key.hasSuffix(".reference"), let digest = provenance["references_sha256"] else {
        return (key: key, text: text)
      }
      let names = text.split(separator: ",").map {
        $0.split(separator: "/").last.map { $0.trimmingCharacters(in: ["[", "]", " "]) } ?? ""
      }
      return (key: key, text: "[\(names.joined(separator: ", "))] \(digest.prefix(8))")
    }
    return Dictionary(kept.map { ($0.key, $0.text) }, uniquingKeysWith: { first, _ in first })
  }
}
