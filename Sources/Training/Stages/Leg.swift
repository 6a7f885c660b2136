import Recipes

/// A stage of a run, or its control: what is trained one after the other.
public struct Leg: Sendable {
  /// The stage's index in the recipe.
  public let stage: Int
  /// As the user is told of it.
  public let title: StageTitle
  /// Whether the regularizers apply.
  public let regularizes: Bool

  /// Whether it is the last stage, whose adapter the run leaves, and no control.
  func isLast(of recipe: Recipe) -> Bool {
    !title.isControl && stage == recipe.stages.count - 1
  }
}

extension Recipe {
  /// The index of the first stage that regularizes; nil when none does.
  var firstRegularized: Int? {
    regularizers.isEmpty ? nil : stages.firstIndex(where: \.regularizes)
  }

  /// The stages, and after them the control's: the same ones from the first that regularizes, without.
  public var legs: [Leg] {
    let own = stages.enumerated().map { index, stage in
      Leg(
        stage: index, title: StageTitle(stage: stage.name),
        regularizes: stage.regularizes && !regularizers.isEmpty)
    }
    guard hasControl, let first = firstRegularized else { return own }
    return own
      + own[first...].map { leg in
        Leg(
          stage: leg.stage, title: StageTitle(stage: leg.title.stage, isControl: true),
          regularizes: false)
      }
  }
}
