import PETL

/// The options of `HRA`, by the names and with the defaults of PEFT's `HRAConfig`.
public struct HRAOptions: PluginOptions {
  /// How many reflections there are.
  public var reflections = 8
  /// Whether their vectors are made orthogonal (Gram–Schmidt).
  public var isOrthogonal = false

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "r", &reflections, in: 1...4096,
      help: "how many reflections; an even number starts at the pre-trained network")
    options.boolean(
      "apply_GS", &isOrthogonal,
      help: "whether their vectors are made orthogonal; training then starts elsewhere")
  }

  /// Whether the vectors come in equal pairs, whose reflections cancel.
  var isPaired: Bool { reflections.isMultiple(of: 2) && !isOrthogonal }
}
