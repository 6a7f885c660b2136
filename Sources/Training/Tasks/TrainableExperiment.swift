import Networks
import PETL
import Recipes

/// A recipe of any task brought together, ready to be trained by a `Runner`.
public protocol TrainableExperiment: AnyObject {
  /// What was asked for.
  var recipe: Recipe { get }
  /// The network with its adapters.
  var network: any TrainedNetwork { get }
  /// What the user should know of the network, a sentence each.
  var notes: [String] { get }
  /// What every file of weights says about the answers of the network, such as names of classes.
  var fileMetadata: [String: String] { get }
  /// The task, opened for a run: images are decoded now.
  ///
  /// - Parameter epochs: how many times the run goes through the splits.
  /// - Returns: what a run trains on.
  /// - Throws: `DiagnosticError` when a split is missing or an image cannot be decoded.
  func openTask(epochs: Int) throws -> OpenedTask
  /// Writes the trained adapter so that others can load it.
  ///
  /// - Parameters:
  ///   - folder: of the adapter.
  ///   - metadata: strings to keep beside the tensors.
  /// - Returns: the format, `peft` or `petl`.
  /// - Throws: `DiagnosticError` when a file cannot be written.
  func writeAdapter(to folder: String, metadata: [String: String]) throws -> String
  /// SHA-256 of what the data hold, whatever their files are called.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  func dataDigest() throws -> String
  /// What the images hold, file by file; nil where they are not files, or too many to be read.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  func dataContents() throws -> DataContents?
}

extension TrainableExperiment {
  /// Nothing: only `dataDigest()` tells other data apart.
  public func dataContents() throws -> DataContents? { nil }
}

/// A task with its data in memory.
public struct OpenedTask {
  let task: any TrainingTask
}

/// Brings together what a recipe says, whatever its task.
///
/// - Parameter recipe: what is asked for.
/// - Returns: an `Experiment`, or a `RetrievalExperiment`.
/// - Throws: `DiagnosticError` with everything that cannot be.
public func makeExperiment(_ recipe: Recipe) throws -> any TrainableExperiment {
  switch recipe.task {
  case .classification: try Experiment(recipe)
  case .retrieval: try RetrievalExperiment(recipe)
  }
}
