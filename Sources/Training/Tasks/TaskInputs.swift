import Datasets
import Networks
import Optimization
import PETL
import Recipes

/// The weights and data that a recipe of one task names, opened and checked, with no weights read yet.
///
/// Each task has a folder: its inputs, its experiment, and its `TrainingTask`. `taskInputs` lists them.
protocol TaskInputs: SendableMetatype {
  /// The value of `task:` in recipes.
  static var task: Recipe.Task { get }
  /// Whether it is trained on texts.
  static var takesTexts: Bool { get }
  /// Whether the network tells classes of images, so that there are confusions, and a head to be compared with data.
  static var hasClasses: Bool { get }

  /// Opens what the recipe names.
  ///
  /// - Throws: `DiagnosticError` with everything that is wrong with it.
  init(_ recipe: Recipe) throws

  /// What was asked for.
  var recipe: Recipe { get }
  /// The sites that the recipe's adapter is attached to.
  var sites: [SiteGroup] { get }
  /// How many numbers of the backbone's own are trained.
  var trainedWeightCount: Int { get }
  /// The splits that the data have.
  var splits: [Split] { get }
  /// What the user should know of the weights, a sentence each.
  var weightNotes: [Note] { get }
  /// What the user should know of the data, a sentence each.
  var remarks: [Note] { get }

  /// Refuses a recipe that trains nothing.
  ///
  /// - Parameter adapterParameters: how many numbers are trained besides what belongs to the task.
  /// - Throws: `DiagnosticError`.
  func checkTrains(adapterParameters: Int) throws

  /// The sentence of `petl validate` about what is trained on what.
  func summary(sites: Int, adapterParameters: Int) -> String

  /// The SHA-256 of what the data hold, whatever their files are called.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  func dataDigest() throws -> String

  /// Makes of the examples what is trained on, where that may fail and takes no weights.
  ///
  /// - Returns: what the user should know, a sentence each; nil where nothing was made.
  /// - Throws: `DiagnosticError` with every example that cannot be used.
  func checkExamples() throws -> [Note]?

  /// Reads the weights, and brings everything together.
  ///
  /// - Parameter composition: the adapters and regularizers for these inputs.
  /// - Returns: what a `Runner` trains.
  /// - Throws: `DiagnosticError` with everything that cannot be.
  func experiment(_ composition: Composition) throws -> any TrainableExperiment
}

extension TaskInputs {
  /// Whether there is a validation split that is not trained on.
  var hasValidation: Bool { recipe.hasValidation(splits) }

  /// Nothing is refused: right for a task that always trains a head.
  func checkTrains(adapterParameters: Int) throws {}
}

/// Sites whose adapters are made together: their random numbers come from one stream, and they may share
/// parameters.
struct SiteGroup {
  /// The name of the group's own stream; nil for that of all adapters.
  var stream: String?
  /// The sites in the order of the network.
  var sites: [AdaptationSite]
}

/// The tasks that there are; a new one is a folder beside the others and a name here.
let taskInputs: [any TaskInputs.Type] = [
  ClassificationInputs.self, RetrievalInputs.self, LanguageModelInputs.self,
  TextClassificationInputs.self,
]

extension TaskInputs {
  /// Nothing: right where examples are opened with the network.
  func checkExamples() throws -> [Note]? { nil }

  /// Images: right for most tasks.
  static var takesTexts: Bool { false }
}

extension Recipe {
  /// The inputs of the recipe's task, on images or on texts.
  var inputs: any TaskInputs.Type {
    let isOfTexts = data.source == .text
    guard let found = taskInputs.first(where: { $0.task == task && $0.takesTexts == isOfTexts })
    else { stopProgram("Task '\(task.rawValue)' is not among `taskInputs`.") }
    return found
  }

  /// Whether the network tells classes of images, so that there are confusions.
  public var hasClasses: Bool { inputs.hasClasses }
}
