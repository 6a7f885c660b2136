extension RunFolder {
  /// What the comments at the head of the recipe say of a key, such as `weights_sha256`.
  func stated(_ key: String) -> String? {
    let mark = "# \(key): "
    let line = try? recipeText().split(separator: "\n").prefix { $0.hasPrefix("#") }
      .first { $0.hasPrefix(mark) }
    return line.map { String($0.dropFirst(mark.count)) }
  }

  /// What made a folder that no training made, a clause; nil of a run.
  public var maker: String? {
    stated("canonicalized").map { "made by petl canonicalize (\($0))" }
  }

  /// The figures that such a folder does not have.
  public static let measured = "it has no figures of its own: petl evaluate measures it"
}
