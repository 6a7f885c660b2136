import Foundation
import PETL
import Ranks
import Recipes

/// What a run was started with beside its recipe: `run.json`.
///
/// A run that is resumed keeps to it.
struct RunOrigin: Codable {
  /// What goes into the metadata of every file of weights.
  var provenance: [String: String]
  /// How many threads share the work; other counts add up in another order.
  var threads: Int
  /// The kernels and libraries that compute.
  var machine: String
  /// Where trained stages are taken from and left; nil when they are not shared.
  var reuse: String?
  /// The code that started it; nil in folders of earlier versions, and where it is not told.
  var program: Program?

  /// The folder where it was started, which the paths of its recipe are from; nil in folders of earlier versions.
  var folder: String?

  /// The origin of a run on this machine as it is set now.
  init(provenance: [String: String], reuse: String?, program: TrainingProgram?) {
    self.provenance = provenance
    self.program = program.map(Program.init)
    threads = Workers.count
    machine = Self.thisMachine
    self.reuse = reuse
    folder = FileManager.default.currentDirectoryPath
  }

  private static var thisMachine: String {
    "kernels \(Machine.kernels), frozen products by \(FrozenProducts.selected), \(Machine.blas), "
      + Machine.blasCore
  }

  /// Why going on here will not give the same bytes, in words; nil when it will.
  var difference: Note? {
    guard machine != Self.thisMachine else { return nil }
    return .warning(
      "the run was started with \(machine), and goes on with \(Self.thisMachine): its "
        + "figures will be close to those of an uninterrupted run, not equal")
  }

  /// The keys of what must not have changed since a run was started, with what they are.
  static let contents = [
    "weights_sha256": "the weights", "data_sha256": "the data", "petl": "the version of petl",
    "references_sha256": "an adapter that a regularizer compares with",
  ]

  /// Refuses to go on with other weights or data, or another version of the program.
  ///
  /// Images that were copied or moved have other times and paths: what they hold then decides.
  ///
  /// - Parameters:
  ///   - now: the provenance of a run that would be started now.
  ///   - experiment: whose images may have to be read.
  ///   - folder: of the run.
  /// - Returns: what the user should know, a sentence; nil when all is as it was.
  /// - Throws: `DiagnosticError` with everything that changed.
  func require(
    _ now: [String: String], of experiment: any TrainableExperiment, in folder: RunFolder
  ) throws -> Note? {
    var note: Note?
    var mistakes: [Diagnostic] = []
    for key in Self.contents.keys.sorted() {
      guard let was = provenance[key], let found = now[key], was != found else { continue }
      var details = ["then: \(was)", "now:  \(found)"]
      if key == "data_sha256", let then = try folder.dataContents() {
        let differences = try experiment.dataContents(SingleRank()).map(then.differences)
        if differences == [] {
          note = Note(
            "the images are at other places or times than when the run was started; they "
              + "were all read, and hold the same")
          continue
        }
        if let differences { details = Self.first(differences) }
      }
      mistakes.append(
        Diagnostic(
          "\(folder.path): cannot be resumed: \(Self.contents[key] ?? key) changed since it was "
            + "started",
          hints: details + ["start it anew with: petl run \(folder.path)/recipe.yaml"]))
    }
    try mistakes.throwIfAny()
    return note
  }

  /// The first lines, and how many more there are.
  private static func first(_ lines: [String]) -> [String] {
    let shown = 5
    return Array(lines.prefix(shown))
      + (lines.count > shown ? ["and \(lines.count - shown) more"] : [])
  }
}

extension RunOrigin: BoundedFigures {
  var faults: [String] { FigureBounds.count("threads", threads, in: 1...256) }
}
