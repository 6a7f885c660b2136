import Checkpoints
import Foundation
import Networks
import PETL
import Recipes

extension RunFolder {
  /// Writes what a run needs to be resumed, before anything else is done.
  ///
  /// - Parameters:
  ///   - recipe: of the run.
  ///   - origin: what it is started with beside it.
  /// - Throws: `DiagnosticError` when the folder cannot be written.
  func begin(_ recipe: Recipe, _ origin: RunOrigin) throws {
    try write(
      recipe,
      provenance: origin.provenance.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
    try write(origin, to: "run.json")
  }

  /// Refuses to train when what the run will write does not fit on the disk.
  ///
  /// The sizes are those of the tensors; an optimizer is taken to keep two numbers for each that it moves.
  ///
  /// - Parameters:
  ///   - network: that is trained.
  ///   - stages: how many checkpoints stay.
  /// - Throws: `DiagnosticError` with what is needed and what is there.
  func requireSpace(for network: any TrainedNetwork, stages: Int) throws {
    let numbers = network.stored.reduce(0) { $0 + $1.parameter.value.count }
    // Of those under way the new one is written before the oldest is removed. The adapter is no larger than a stage.
    let copies = 4 * (Self.keptCheckpoints + 1) + stages + 1
    let needed = copies * numbers * MemoryLayout<Float>.size + (1 << 20)
    guard let free = freeSpace(at: path), free < needed else { return }
    func mebibytes(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
    throw DiagnosticError(
      "\(path): the disk has \(mebibytes(free)) left, and the run may write "
        + mebibytes(needed + (1 << 20) - 1),
      hints: ["free some space, or choose a folder on another disk with --output"])
  }

  /// Removes what writing left that a kill cut off.
  func removeLeftovers() {
    for part in ["", "checkpoint/", "adapter/"] where (try? target(part + "any")) != nil {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: file(part))) ?? []
      for name in names where name.hasPrefix(".petl-") && name.hasSuffix(".tmp") {
        try? FileManager.default.removeItem(atPath: file(part + name))
      }
    }
  }
}
