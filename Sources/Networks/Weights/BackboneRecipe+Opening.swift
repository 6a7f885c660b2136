import Backbones
import PETL
import Recipes

extension BackboneRecipe {
  /// Opens the weights, with what the recipe and the files beside them say about them.
  ///
  /// - Throws: `DiagnosticError` when they cannot be read, or are those of another family.
  public func opened() throws -> any BackboneCheckpoint {
    let reference = WeightReference(weights)
    let (store, description) = try reference.open()
    var facts = facts
    facts.notes = try reference.passedOver()
    let checkpoint = try openBackbone(
      store, facts: facts, description: description.map { try NetworkDescription(path: $0) })
    let family: Family = checkpoint is SwinCheckpoint ? .swin : .vit
    guard type == .auto || type == family else {
      throw DiagnosticError(
        "\(weights): these are the weights of a '\(family.rawValue)', the recipe says "
          + "'\(type.rawValue)'", hints: ["leave backbone.type out"])
    }
    return checkpoint
  }

  /// The facts that the recipe states about the weights beside the file.
  package var facts: BackboneFacts {
    BackboneFacts(
      heads: heads, epsilon: epsilon.map { Float($0) },
      activation: Activation(rawValue: activation.rawValue),
      positionResampling: positionResampling.flatMap { .init(rawValue: $0.rawValue) })
  }

  /// The description in the folder of the weights; nil where there is none.
  ///
  /// - Throws: `DiagnosticError` when the description cannot be read.
  package func description() throws -> NetworkDescription? {
    try WeightReference(weights).open().description.map { try NetworkDescription(path: $0) }
  }
}
