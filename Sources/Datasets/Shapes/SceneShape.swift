/// The shapes of the rendered scenes; the raw value is the class label.
public enum SceneShape: Int, Sendable, CaseIterable {
  /// A disc.
  case circle
  /// A square.
  case square
  /// An isosceles triangle, taller than wide; it points along its axis.
  case triangle
  /// A star of five points.
  case star
  /// A plus sign.
  case cross
  /// A disc with a hole.
  case ring
  /// Half a disc; it points away from its flat side.
  case halfDisc
  /// A shaft with a head; it points to the head.
  case arrow

  /// The name of the class.
  public var name: String {
    switch self {
    case .circle: "circle"
    case .square: "square"
    case .triangle: "triangle"
    case .star: "star"
    case .cross: "cross"
    case .ring: "ring"
    case .halfDisc: "half-disc"
    case .arrow: "arrow"
    }
  }

  /// The shapes that look the same only after a whole turn, so that their direction is defined.
  public static let pointing: [SceneShape] = [.triangle, .halfDisc, .arrow]
}
