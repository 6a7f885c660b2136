/// A stage of a run, or its control, as files and messages name it: `refine`, `control-refine`.
public struct StageTitle: Sendable, Hashable {
  /// The name of the stage in the recipe.
  public let stage: String
  /// Whether it repeats the stage without the regularizers.
  public let isControl: Bool

  /// The word before the name of a control, with which no stage may begin.
  private static let mark = "control-"

  /// Names a stage or its control.
  ///
  /// - Parameters:
  ///   - stage: its name in the recipe.
  ///   - isControl: whether it repeats the stage without the regularizers.
  public init(stage: String, isControl: Bool = false) {
    (self.stage, self.isControl) = (stage, isControl)
  }

  /// Reads a title as files have it.
  public init(_ text: String) {
    let isControl = text.hasPrefix(Self.mark)
    self.init(
      stage: isControl ? String(text.dropFirst(Self.mark.count)) : text, isControl: isControl)
  }

  /// Whether a stage may have a name: files of a run are called `latest` and `control-…`.
  static func isFree(_ name: String) -> Bool { name != "latest" && !name.hasPrefix(mark) }
}

extension StageTitle: CustomStringConvertible {
  /// The name, of a control with a word before it.
  public var description: String { isControl ? Self.mark + stage : stage }
}

extension StageTitle: ExpressibleByStringLiteral {
  /// Reads a title as files have it.
  public init(stringLiteral value: String) { self.init(value) }
}

extension StageTitle: Codable {
  /// Reads the title as a string.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the title as a string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
