import Datasets
import PETL
import Recipes

/// A recipe with its adapters and regularizers made and checked, and no weights read yet: all that
/// `petl validate` needs, in milliseconds.
public struct Plan {
  private let inputs: any TaskInputs
  private let composition: Composition
  /// The adapters, each at its site.
  public var adapters: AdapterSet { composition.adapters }

  /// Makes and checks a plan of any task.
  ///
  /// Any adapter goes with any list of regularizers; what cannot be is refused here with a
  /// sentence, before anything is read or trained.
  ///
  /// - Parameters:
  ///   - recipe: what is asked for.
  ///   - isTrained: whether it is going to be trained, and not only measured.
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public init(_ recipe: Recipe, isTrained: Bool = true) throws {
    inputs = try recipe.inputs.init(recipe)
    remarks = recipe.remarks + inputs.weightNotes + inputs.remarks
    hasValidation = recipe.hasValidation(inputs.splits)
    composition = try Composition(inputs, isTrained: isTrained)
  }

  /// How many numbers are trained besides what belongs to the task: the adapters', and the backbone's own.
  public var adapterParameterCount: Int { composition.adapterParameterCount }

  /// Whether the data have a validation split that is not trained on.
  public let hasValidation: Bool

  /// Whether the data have a split.
  func hasSplit(_ split: Split) -> Bool { inputs.splits.contains(split) }

  /// What the user should know of the recipe and the data, a sentence each.
  public let remarks: [Note]

  /// What is trained on what, in words.
  public var summary: String {
    inputs.summary(sites: adapters.entries.count, adapterParameters: adapterParameterCount)
  }

  /// Makes texts into tokens, as a run does before it trains.
  ///
  /// - Returns: whether that was done, and what the user should know, a sentence each.
  /// - Throws: `DiagnosticError` with every text that cannot be used.
  public func checkExamples() throws -> (areRead: Bool, notes: [Note]) {
    let notes = try inputs.checkExamples()
    return (notes != nil, notes ?? [])
  }

  /// The SHA-256 of what the data hold.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  package func dataDigest() throws -> String { try inputs.dataDigest() }

  /// Reads the weights, and brings everything together.
  ///
  /// - Throws: `DiagnosticError` with everything that cannot be.
  public func experiment() throws -> any TrainableExperiment {
    try inputs.experiment(composition)
  }
}
