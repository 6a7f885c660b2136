import Checkpoints
import Foundation
import PETL
import Ranks
import Studies
import Training

/// Steps that several processes share, as `mpirun -n 2 petl run` does: the network and the digits that come with the
/// program, in a folder that is removed.
struct RankGrowth {
  /// How many processes share a step, the fewest first.
  let counts: [Int]
  private let mpirun: SystemProgram
  private let program: String
  private let adapter: String?
  /// What is put behind the command: options of the adapter, and plugin files.
  private let options: [String]

  /// Images a step, and the parts that its batch is cut into.
  private static let (batch, parts) = (64, 4)

  /// What the curve is measured on.
  static let words =
    "vit-micro and its digits, fp32, \(batch) images a step in \(parts) parts, the faster of two epochs"

  /// Looks for what starts processes; notes what is not there.
  init?(adapter: String?, step: GrowthStep, plugins: [String]) {
    func refuse(_ reason: String) { Terminal.complain("note: ranks are not measured: \(reason)") }
    guard Launch.library != nil else {
      refuse("this petl is built without MPI")
      return nil
    }
    guard let mpirun = SystemProgram("mpirun") else {
      refuse("there is no mpirun on the PATH")
      return nil
    }
    guard let program = Bundle.main.executablePath else {
      refuse("the path of this program is not known")
      return nil
    }
    guard step.threads > 1 else {
      refuse("there is one core, or --threads is 1")
      return nil
    }
    counts = GrowthAxis.doublings(to: min(Self.parts, step.threads))
    (self.mpirun, self.program, self.adapter) = (mpirun, program, adapter)
    options =
      step.overrides.flatMap { ["--set", $0] } + plugins.flatMap { ["--plugin", $0] }
  }

  /// Trains for two epochs.
  ///
  /// - Parameter count: of processes.
  /// - Returns: seconds a step.
  /// - Throws: `DiagnosticError` where the processes could not be started or did not train, an error when the recipe
  ///   cannot be written.
  func measure(_ count: Int) throws -> Double {
    let place = FileManager.default.temporaryDirectory.appending(path: "petl-\(UUID())").path
    try createFolder(place)
    defer { try? FileManager.default.removeItem(atPath: place) }
    let (recipe, output) = ("\(place)/recipe.yaml", "\(place)/run")
    try writeAtomically(Array(Self.recipe(adapter ?? "linear-probe").utf8), to: recipe)
    let answer = try mpirun.run(
      ["-n", "\(count)", program, "run", recipe, "--output", output] + options)
    guard answer.status == 0 else {
      let lines = answer.complaints.split(separator: "\n")
      // Open MPI puts what it says between lines of dashes.
      let words = lines.first { $0.contains("error: ") } ?? lines.first { !$0.hasPrefix("--") }
      throw DiagnosticError("on vit-micro: \(words.map(String.init) ?? answer.reason)")
    }
    let speeds = try RunFolder(existing: output).records().map(\.imagesPerSecond)
    return Double(Self.batch) / (speeds.max() ?? .nan)
  }

  private static func recipe(_ adapter: String) -> String {
    """
    backbone: {type: vit, weights: "embedded:vit-micro"}
    data: {type: embedded, name: digits, normalization: inception}
    adapter: {type: \(adapter)}
    batch_size: \(batch)
    micro_shards: \(parts)
    threads: 1
    epochs: 2
    activation_cache: 0
    selection: last
    control: false
    """
  }
}
