import PETL

extension Recipe {
  /// What the user should know of the recipe before it is trained, a sentence each.
  public var remarks: [Note] {
    notes + stages.compactMap { schedule.remark(on: "stage '\($0.name)'", epochs: $0.epochs) }
  }
}

extension PretrainRecipe {
  /// What the user should know of the recipe before it is trained, a sentence each.
  public var remarks: [Note] {
    schedule.remark(on: "training", epochs: epochs).map { [$0] } ?? []
  }
}
