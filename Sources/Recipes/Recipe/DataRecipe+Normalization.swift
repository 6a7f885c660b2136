import PETL

extension DataRecipe {
  /// How a recipe holds a mean and deviation of one's own: what `normalization` is then.
  ///
  /// - Parameters:
  ///   - mean: what is subtracted from x/255: red, green, blue.
  ///   - std: what the difference is divided by, each above 0.
  /// - Returns: `{mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}`; a recipe with other than three
  ///   numbers each is refused when it is made.
  public static func normalization(mean: [Double], std: [Double]) -> String {
    "{mean: \(mean), std: \(std)}"
  }
}

extension OptionReader {
  /// How pixels become numbers, as `DataRecipe.normalization` holds it.
  func normalization(
    _ key: String, default fallback: DataRecipe.Normalization, help: String
  ) -> String {
    choice(
      key, of: DataRecipe.Normalization.allCases.map(\.rawValue), default: fallback.rawValue,
      orMappingOf: ["mean", "std"], help: help
    ) { reader in
      let bound = Double(Float.greatestFiniteMagnitude)
      let mean = reader.requiredNumbers(
        "mean", count: 3, in: -bound...bound, help: "what is subtracted from x/255")
      let std = reader.requiredNumbers(
        "std", count: 3, in: -bound...bound, help: "what the difference is divided by")
      if let std, let wrong = std.first(where: { Float($0) < .leastNormalMagnitude }) {
        reader.report("'\(reader.section).std' must be above 0, found \(wrong)", at: "std")
        return nil
      }
      guard let mean, let std else { return nil }
      return DataRecipe.normalization(mean: mean, std: std)
    }
  }
}

extension ConfigurationNode {
  /// How pixels become numbers, a name or a mapping, as a recipe holds it.
  init(normalization: String) {
    let mapping = try? YAMLReader.parse(text: normalization, name: "normalization")
    self = mapping ?? ConfigurationNode(plain: normalization)
  }
}
