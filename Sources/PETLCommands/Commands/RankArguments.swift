import ArgumentParser
import Foundation
import PETL
import Ranks
import Recipes

/// What commands take that several processes may work in together.
struct RankArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How long a process that mpirun started waits for the others before it ends the job.",
      valueName: "seconds"))
  var rankTimeout = 300

  func validate() throws {
    guard (1...86_400).contains(rankTimeout) else {
      throw ValidationError("--rank-timeout is \(rankTimeout), not from 1 to 86400 seconds.")
    }
  }

  /// Joins the other processes of the job; a single rank where there are none.
  ///
  /// - Throws: `DiagnosticError` when petl is built without MPI, or MPI does not start.
  func joined() throws -> any Ranks {
    try Launch.ranks(patience: Double(rankTimeout)) { ProgramName.spelled($0) }
  }
}

extension Ranks {
  /// The shards of a step where a recipe does not say: as many for 1, 2 and 4 ranks.
  private var usualShards: Int { max(4, count) }

  /// Lets a recipe say into how many shards a batch is cut.
  ///
  /// - Throws: `DiagnosticError` when there are more ranks than shards.
  func share(_ recipe: inout Recipe) throws {
    if isAlone { return }
    recipe.record(microShards: recipe.microShards ?? usualShards)
    try requireShards(recipe)
  }

  /// Refuses more ranks than there are shards.
  ///
  /// - Throws: `DiagnosticError` with both.
  func requireShards(_ recipe: Recipe) throws {
    let shards = recipe.microShards ?? 1
    guard count > shards else { return }
    throw DiagnosticError(
      "there are \(count) processes for micro_shards: \(shards) of a step: \(count - shards) would have nothing to do",
      hints: ["start at most \(shards), or start another run with --set micro_shards=\(count)"])
  }

  /// The threads of this rank; nil where it is alone.
  ///
  /// As many as the CPUs that it may use, and its part of the machine at most.
  var threads: Int? {
    if isAlone { return nil }
    let process = ProcessInfo.processInfo
    return min(process.activeProcessorCount, max(1, process.processorCount / countOnMachine))
  }

  /// The ranks in words.
  var description: String {
    let threads = threads ?? 1
    return "\(count) processes (\(countOnMachine) on this machine, "
      + "\(threads) thread\(threads == 1 ? "" : "s") each)"
  }
}
