import PETL

extension Dataset {
  /// The names of the data sets that need no download.
  public static var embeddedNames: [String] { ["digits"] + ShapeTask.allCases.map(\.rawValue) }

  /// A data set that needs no download: it is part of the program or rendered by it.
  ///
  /// - Parameter name: one of `embeddedNames`.
  /// - Returns: the data set, with all three splits.
  /// - Throws: `DiagnosticError` that lists the names, if there is none of that name.
  public static func embedded(named name: String) throws -> Dataset {
    if name == "digits" { return try EmbeddedData.digits() }
    if let task = ShapeTask(rawValue: name) { return try ShapeScenes.dataset(task) }
    var hints = ["expected one of: \(embeddedNames.joined(separator: ", "))"]
    if let nearest = nearestName(to: name, among: embeddedNames) {
      hints.append("did you mean '\(nearest)'?")
    }
    throw DiagnosticError("there is no embedded data set '\(name)'", hints: hints)
  }
}
