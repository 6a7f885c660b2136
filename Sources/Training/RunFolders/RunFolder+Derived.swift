extension RunFolder {
  /// What made a folder that no training made, a clause; nil of a run.
  public var maker: String? {
    let mark = "# canonicalized: "
    let line = try? recipeText().split(separator: "\n").first { $0.hasPrefix(mark) }
    return line.map { "made by petl canonicalize (\($0.dropFirst(mark.count)))" }
  }

  /// The figures that such a folder does not have.
  public static let measured = "it has no figures of its own: petl evaluate measures it"
}
