/// A colour: red, green, blue, each 0…1.
typealias Colour = SIMD3<Float>

/// What one image shows.
///
/// Lengths are in units of the side of the image, x to the right, y down.
struct Scene {
  /// One shape in its place.
  struct Figure {
    let shape: SceneShape
    /// The centre.
    let x: Float
    let y: Float
    /// The radius of the circle that the shape fits in.
    let radius: Float
    /// The direction that it points to: radians, counter-clockwise from east as one sees it.
    let angle: Float
    let colour: Colour
  }

  /// A soft spot on the background, too faint to be taken for a figure.
  struct Spot {
    let x: Float
    let y: Float
    let radius: Float
    /// What it adds to the colour at its centre.
    let tint: Colour
  }

  /// The colour in the centre of the background.
  var background: Colour
  /// How much the background changes from one side to the other, and in which direction.
  var slope: Colour
  var slopeAngle: Float
  var spots: [Spot]
  /// The amplitude of the noise that lies over everything.
  var noise: Float
  /// The figures, which do not overlap; the first is the main one.
  var figures: [Figure]
}

/// What can be asked about a scene: one label for each task, −1 where it has no answer.
public struct SceneLabels: Sendable, Equatable {
  /// The shape of the main figure, as `SceneShape.rawValue`.
  public let shape: Int
  /// The number of figures less one: 0…5.
  public let count: Int
  /// The cell of the 4×4 grid that holds the centre of the main figure, row by row: 0…15.
  public let location: Int
  /// The eighth of a turn that the main figure points to, counter-clockwise from east: 0…7; −1 for
  /// a shape that has no direction.
  public let orientation: Int

  /// Reads the labels off a scene.
  init(_ scene: Scene) {
    let main = scene.figures[0]
    shape = main.shape.rawValue
    count = scene.figures.count - 1
    location = Self.cell(main.y) * 4 + Self.cell(main.x)
    let eighth = Int(main.angle / (.pi / 4))
    orientation = SceneShape.pointing.contains(main.shape) ? min(7, max(0, eighth)) : -1
  }

  /// The label for one task.
  public subscript(task: ShapeTask) -> Int {
    switch task {
    case .shape: shape
    case .count: count
    case .location: location
    case .orientation: orientation
    }
  }

  private static func cell(_ coordinate: Float) -> Int { min(3, max(0, Int(coordinate * 4))) }
}
