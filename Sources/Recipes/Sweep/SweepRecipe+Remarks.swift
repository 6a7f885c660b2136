import PETL

extension SweepRecipe {
  /// What the user should know of its recipes before they are trained, a sentence each, once.
  public var remarks: [Note] {
    var seen: Set<Note> = []
    return points.flatMap(\.recipe.remarks).filter { seen.insert($0).inserted }
  }
}
