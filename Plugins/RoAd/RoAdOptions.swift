import PETL

/// The options of `RoAd`, by the names and with the defaults of PEFT's `RoadConfig`.
public struct RoAdOptions: PluginOptions {
  /// How many angles and scales a pair of outputs has.
  public enum Variant: String, CaseIterable, Sendable {
    /// One of each.
    case one = "road_1"
    /// One of each for both outputs.
    case two = "road_2"
    /// One of each for all four numbers of a matrix.
    case four = "road_4"
  }

  /// How many angles and scales a pair of outputs has.
  public var variant = Variant.one
  /// How many outputs lie together: the first of a group makes a pair with the one in the middle.
  public var groupSize = 64

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.choice(
      "variant", &variant,
      help: "angles and scales of a pair of outputs: one (road_1), two (road_2) or four (road_4)")
    options.integer(
      "group_size", &groupSize, in: 2...1_000_000,
      help: "outputs of a group, whose halves make pairs; even, a divisor of the width")
    if !groupSize.isMultiple(of: 2) {
      options.report(
        "'group_size' \(groupSize) is odd", at: "group_size",
        hints: ["a group is two halves, which make pairs"])
    }
  }

  /// How many angles a map has for each pair of outputs.
  var numbersByPair: Int {
    switch variant {
    case .one: 1
    case .two: 2
    case .four: 4
    }
  }
}
