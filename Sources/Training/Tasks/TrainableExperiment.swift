import Datasets
import Networks
import PETL
import Ranks
import Recipes

/// A recipe of any task brought together, ready to be trained by a `Runner`.
public protocol TrainableExperiment: AnyObject {
  /// What was asked for.
  var recipe: Recipe { get }
  /// The network with its adapters.
  var network: any TrainedNetwork { get }
  /// What the user should know of the network, a sentence each.
  var notes: [Note] { get }
  /// What every file of weights says about the answers of the network, such as names of classes.
  var fileMetadata: [String: String] { get }
  /// What the data are called.
  var dataName: String { get }
  /// The data, and how large they are, in words.
  var dataDescription: String { get }
  /// What is kept about the data beside their digest, by the key of a file's metadata.
  var dataProvenance: [String: String] { get }
  /// The task, opened for a run: images are decoded now.
  ///
  /// - Parameters:
  ///   - epochs: how many times the run goes through the splits.
  ///   - ranks: the processes that train together; each reads a part of the files of images.
  /// - Returns: what a run trains on.
  /// - Throws: `DiagnosticError` when a split is missing or an image cannot be decoded.
  func openTask(epochs: Int, _ ranks: any Ranks) throws -> OpenedTask
  /// Refuses a split that cannot be measured.
  ///
  /// - Throws: `DiagnosticError` when there is no such split, or it is trained on as a part of another.
  func check(_ split: Split) throws
  /// Measures a split, without dropout or drop-path.
  ///
  /// - Parameters:
  ///   - split: train, val or test.
  ///   - batchSize: examples at once; the recipe's if nil.
  /// - Returns: the figures of the task.
  /// - Throws: `DiagnosticError` when there is no such split or an image cannot be decoded.
  func evaluate(_ split: Split, batchSize: Int?) throws -> Evaluation
  /// Measures a split of its own data, or of others.
  ///
  /// - Parameters:
  ///   - split: train, val or test; of other data that have no splits `test`, which is then all of them.
  ///   - data: the path of others; nil for its own.
  ///   - batchSize: examples at once; the recipe's if nil.
  /// - Returns: the figures, by class where there are classes.
  /// - Throws: `DiagnosticError` when there is no such split, or the task cannot measure other data.
  func measure(_ split: Split, of data: String?, batchSize: Int?) throws -> DetailedEvaluation
  /// The figures of a split as a table, whose first column is headed by a name.
  func table(of figures: Evaluation, called name: String) -> FiguresTable
  /// Writes the trained adapter so that others can load it.
  ///
  /// - Parameters:
  ///   - folder: of the adapter.
  ///   - metadata: strings to keep beside the tensors.
  /// - Returns: the format, `peft` or `petl`.
  /// - Throws: `DiagnosticError` when a file cannot be written.
  func writeAdapter(to folder: String, metadata: [String: String]) throws -> String
  /// Another adapter of the same network, that a regularizer compares with.
  ///
  /// - Parameter path: the folder of a run, a PEFT folder or the file of an adapter.
  /// - Returns: its adapters at their sites, with their values.
  /// - Throws: `DiagnosticError` when it cannot be read or does not fit the network.
  func referenceAdapter(at path: String) throws -> AdapterSet
  /// Runs some examples of the validation split, or else of the test split, through the network, without dropout.
  ///
  /// - Parameters:
  ///   - count: at most so many.
  ///   - visit: gets each batch's pass, with the subspaces that the adapters left, and its share of all.
  /// - Returns: what the examples are, in words; nil where no split can be run so.
  /// - Throws: `DiagnosticError` when an example cannot be read.
  func inspect(_ count: Int, _ visit: (ForwardPass, _ share: Double) -> Void) throws -> String?
  /// SHA-256 of what the data hold, whatever their files are called.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  func dataDigest() throws -> String
  /// What the images hold, file by file; nil where they are not files, or too many to be read.
  ///
  /// - Parameter ranks: processes that have the same images, each of which reads a part of them.
  /// - Returns: the digests of all images.
  /// - Throws: `DiagnosticError` when a file cannot be read.
  func dataContents(_ ranks: any Ranks) throws -> DataContents?
}

extension TrainableExperiment {
  /// Nothing beside the digest.
  public var dataProvenance: [String: String] { [:] }

  /// Measures a split by batches of the recipe's size.
  ///
  /// - Parameter split: train, val or test.
  /// - Returns: the figures of the task.
  /// - Throws: `DiagnosticError` when there is no such split or an image cannot be decoded.
  public func evaluate(_ split: Split) throws -> Evaluation {
    try evaluate(split, batchSize: nil)
  }

  /// The figures of a split of its own data: right for tasks that measure no others.
  public func measure(
    _ split: Split, of data: String?, batchSize: Int?
  ) throws -> DetailedEvaluation {
    guard data == nil else {
      throw DiagnosticError(
        "the task \(recipe.task.rawValue) is measured on its own data",
        hints: ["change the \(recipe.data.source.rawValue) by --set data.path=FILE"])
    }
    return DetailedEvaluation(
      name: "\(dataName) \(split.rawValue)", evaluation: try evaluate(split, batchSize: batchSize))
  }

  /// Accuracy and loss.
  public func table(of figures: Evaluation, called name: String) -> FiguresTable {
    FiguresTable(
      header: [name, "accuracy", "loss"],
      rows: [["\(figures.examples) examples", percent(figures.accuracy), fixed(figures.loss, 4)]],
      footer: figures.redundancy.map { "mean |ρ| \(fixed($0, 4))" } ?? "")
  }

  /// Nothing is run: right where reports draw weights alone.
  public func inspect(
    _ count: Int, _ visit: (ForwardPass, _ share: Double) -> Void
  ) throws -> String? { nil }

  /// The task, opened for a run of one process.
  func openTask(epochs: Int) throws -> OpenedTask { try openTask(epochs: epochs, SingleRank()) }

  /// Nothing: only `dataDigest()` tells other data apart.
  public func dataContents(_ ranks: any Ranks) throws -> DataContents? { nil }
}

/// A task with its data in memory.
public struct OpenedTask {
  let task: any TrainingTask
}

/// Brings together what a recipe says, whatever its task.
///
/// - Parameters:
///   - recipe: what is asked for.
///   - isTrained: whether it is going to be trained, and not only measured.
/// - Returns: the experiment of its task, such as an `Experiment` or a `RetrievalExperiment`.
/// - Throws: `DiagnosticError` with everything that cannot be.
public func makeExperiment(
  _ recipe: Recipe, isTrained: Bool = true
) throws -> any TrainableExperiment {
  try Plan(recipe, isTrained: isTrained).experiment()
}
