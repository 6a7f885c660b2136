import PETL

/// Where the texts and labels of a file are: the keys of JSON lines, the columns of a table.
public struct TextColumns: Sendable, Hashable {
  /// The text's.
  public var text = "text"
  /// That of the second of two texts; nil for `text_pair` where a file has it.
  public var pair: String?
  /// The label's.
  public var label = "label"
  /// What labels are.
  public var kind = TextLabel.Kind.classes
  /// Whether labels are read; without them only texts are.
  var hasLabels = true

  /// The key of a second text where nothing is said of it.
  static let usualPair = "text_pair"

  /// The names that files have without more being said.
  public init() {}

  /// Chooses names.
  ///
  /// - Parameters:
  ///   - text: of the text.
  ///   - pair: of the second of two texts; nil for `text_pair` where a file has it.
  ///   - label: of the label.
  ///   - kind: what labels are.
  public init(text: String, pair: String?, label: String, kind: TextLabel.Kind) {
    (self.text, self.pair, self.label, self.kind) = (text, pair, label, kind)
  }

  /// The hints where a name is missing among others.
  ///
  /// - Parameters:
  ///   - option: of the recipe that says the name, such as `text`.
  ///   - present: the names that there are.
  /// - Returns: what there is, and how another name is given.
  static func hints(_ option: String, _ present: [String]) -> [String] {
    ["there are \(present.prefix(12).joined(separator: ", "))", "text.\(option) says which it is"]
  }
}
