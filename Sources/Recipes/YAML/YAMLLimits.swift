/// How much a recipe may hold: far more than any honest one does, far less than would hurt.
enum YAMLLimits {
  /// The largest file, in bytes.
  static let bytes = 1 << 20
  /// The most values, each alias counted as all that it stands for.
  static let nodes = 10_000
  /// The deepest nesting, aliases expanded.
  static let depth = 64
  /// The most text, in bytes, each alias counted as all that it stands for.
  static let expandedBytes = 4 << 20
  /// The most mistakes that are listed.
  static let mistakes = 50
}
