import Checkpoints
import Foundation
import Networks
import PETL
import Recipes

/// A folder of trained stages, each under the digest of everything that decides its parameters: runs
/// that differ only later take their first stages from here.
public struct StageStore: Sendable {
  /// Changes whenever the same text would no longer mean the same parameters.
  private static let format = "petl-stage 1"

  let folder: String
  private let digests: ContentDigests
  private let program: String

  /// Opens a store; the folder is made when it is not there.
  ///
  /// - Parameters:
  ///   - folder: its path.
  ///   - digests: of the weights and data of the run that asks.
  ///   - program: the code that computes (`TrainingProgram.identity`).
  /// - Throws: `DiagnosticError` when the folder cannot be made.
  public init(folder: String, digests: ContentDigests, program: String) throws {
    try createFolder(folder, hints: ["choose another --reuse"])
    (self.folder, self.digests, self.program) = (folder, digests, program)
  }

  /// The digest of everything that decides the parameters after a stage.
  ///
  /// - Parameters:
  ///   - recipe: of the run.
  ///   - leg: the stage, or its control, which is trained without regularizers.
  /// - Returns: SHA-256 in hexadecimal digits.
  func key(_ recipe: Recipe, _ leg: Leg) -> String {
    let regularized =
      !leg.title.isControl && recipe.stages[...leg.stage].contains(where: \.regularizes)
    let text = """
      \(Self.format)
      program: \(program)
      kernels: \(Machine.kernels), frozen products by \(FrozenProducts.selected)
      blas: \(Machine.blas), \(Machine.blasCore)
      threads: \(recipe.threads ?? Workers.count)
      weights: \(digests.weights)
      data: \(digests.data)
      title: \(leg.title)\(regularized ? digests.references.map { "\nreferences: \($0)" } ?? "" : "")
      \(recipe.decisions(throughStage: leg.stage, regularized: regularized))
      """
    return SHA256.digest(of: Array(text.utf8))
  }

  /// Gives a model the parameters of a stored stage.
  ///
  /// - Returns: what else the stage left; nil when it is not stored.
  /// - Throws: an error with the reason when the file is damaged or foreign; the model is then
  ///   unchanged.
  func load(_ key: String, into model: any TrainedNetwork) throws -> StoredStage? {
    let path = path(key)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try SafetensorsFile(path: path)
    let text = file.metadata["stage"] ?? ""
    let values = try file.entries.map { ($0.name, try file.bytes($0.name)) }
    guard file.metadata["key"] == key, file.metadata["digest"] == Seal.digest(values, text) else {
      throw DiagnosticError("\(path): its contents are not those that were stored")
    }
    let stage = try StoredStage(encoded: text)
    try Checkpoint.load(path, into: model)
    return stage
  }

  /// Stores a stage, atomically, in the place of whatever was there.
  ///
  /// - Throws: `DiagnosticError` when the file cannot be written.
  func store(_ stage: StoredStage, of model: any TrainedNetwork, as key: String) throws {
    let text = try stage.encoded()
    let values = Checkpoint.records(of: model).map { ($0.name, $0.bytes) }
    try Checkpoint.write(
      model, to: path(key),
      metadata: ["key": key, "stage": text, "digest": Seal.digest(values, text)])
  }

  private func path(_ key: String) -> String { "\(folder)/\(key).safetensors" }
}
