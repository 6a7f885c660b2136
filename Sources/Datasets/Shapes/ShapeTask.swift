/// A question about rendered scenes; the raw value is the name of its data set.
public enum ShapeTask: String, Sendable, CaseIterable {
  /// The shape that is shown, one of eight.
  case shape = "shapes-class"
  /// How many shapes are shown, one to six.
  case count = "shapes-count"
  /// Which cell of a 4×4 grid holds the centre of the largest shape.
  case location = "shapes-location"
  /// Which eighth of a turn the shape points to.
  case orientation = "shapes-orientation"

  /// The names of the classes.
  public var classes: [String] {
    switch self {
    case .shape: SceneShape.allCases.map(\.name)
    case .count: (1...6).map(String.init)
    case .location: (0..<16).map { "row \($0 / 4) column \($0 % 4)" }
    case .orientation: (0..<8).map { "\($0 * 45)–\($0 * 45 + 45)°" }
    }
  }

  /// What the images show, in one sentence.
  var note: String {
    switch self {
    case .shape: "one shape of any size, place and direction"
    case .count: "one to six shapes of similar size that do not overlap"
    case .location: "the largest of one to three shapes is meant"
    case .orientation: "a triangle, half-disc or arrow; counter-clockwise from east"
    }
  }
}
