import PETL

extension DataRecipe {
  /// How pixels become numbers: (x/255 − mean) / std.
  public enum Normalization: Sendable, Hashable {
    /// From 0 to 1.
    case none
    /// By the means and deviations of ImageNet.
    case imagenet
    /// From -1 to 1.
    case inception
    /// By CLIP's means and deviations.
    case clip
    /// By a mean and a deviation of one's own, for red, green and blue; a recipe with other than three
    /// numbers each, or a deviation that is not above 0, is refused when it is made.
    case custom(mean: [Double], std: [Double])

    /// Those that have names.
    static let named: [(name: String, value: Normalization)] = [
      ("none", .none), ("imagenet", .imagenet), ("inception", .inception), ("clip", .clip),
    ]
  }
}

extension DataRecipe.Normalization: CustomStringConvertible {
  /// The name, or `{mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}`, as a recipe holds it.
  public var description: String {
    switch self {
    case .none: "none"
    case .imagenet: "imagenet"
    case .inception: "inception"
    case .clip: "clip"
    case .custom(let mean, let std): "{mean: \(mean), std: \(std)}"
    }
  }

  /// As a recipe holds it.
  fileprivate var written: ConfigurationNode {
    func numbers(_ values: [Double]) -> ConfigurationNode {
      ConfigurationNode(elements: values.map { .init(number: $0) })
    }
    guard case .custom(let mean, let std) = self else { return .init(plain: description) }
    return ConfigurationNode(writing: [("mean", numbers(mean)), ("std", numbers(std))])
  }
}

extension OptionReader {
  /// Declares how pixels become numbers.
  func normalization(_ key: String, _ value: inout DataRecipe.Normalization, help: String) {
    choice(
      key, &value, of: DataRecipe.Normalization.named, orMappingOf: ["mean", "std"], help: help,
      writing: \.written
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
      return .custom(mean: mean, std: std)
    }
  }
}
