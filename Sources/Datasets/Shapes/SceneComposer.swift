/// Draws random scenes of one style.
struct SceneComposer {
  /// What the scenes are for.
  let style: SceneStyle

  /// The least gap between two figures, in units of the side of the image.
  private static let gap: Float = 0.035

  /// One random scene; every label of a task is equally likely.
  func scene(_ stream: inout SeededStream) -> Scene {
    let background = Colour(stream.unit(), stream.unit(), stream.unit())
    var scene = Scene(
      background: background, slope: tint(&stream, 0.25),
      slopeAngle: stream.uniform(0, 2 * .pi), spots: [], noise: stream.uniform(0, 0.08),
      figures: [])
    for _ in 0..<stream.below(4) {
      scene.spots.append(
        Scene.Spot(
          x: stream.unit(), y: stream.unit(), radius: stream.uniform(0.1, 0.4),
          tint: tint(&stream, 0.12)))
    }
    let others = style.others.lowerBound + stream.below(style.others.count)
    scene.figures.append(mainFigure(on: background, &stream))
    for _ in 0..<others { scene.figures.append(otherFigure(in: scene, &stream)) }
    return scene
  }

  private func mainFigure(on background: Colour, _ stream: inout SeededStream) -> Scene.Figure {
    let radius = stream.uniform(style.radius.lowerBound, style.radius.upperBound)
    // A tenth of each eighth is left out at both ends: no direction is a matter of rounding.
    let eighth = Float(stream.below(8)) + stream.uniform(0.1, 0.9)
    return Scene.Figure(
      shape: style.shapes[stream.below(style.shapes.count)], x: place(radius, &stream),
      y: place(radius, &stream), radius: radius, angle: eighth * (.pi / 4),
      colour: colour(on: background, &stream))
  }

  /// A coordinate in a random quarter of the side, such that nothing of the figure is cut off; a
  /// tenth of the quarter is left out at both ends.
  private func place(_ radius: Float, _ stream: inout SeededStream) -> Float {
    let quarter = Float(stream.below(4)) / 4
    let (low, high) = (max(quarter + 0.025, radius), min(quarter + 0.225, 1 - radius))
    // A large figure cannot be in the outer quarters.
    return low < high ? stream.uniform(low, high) : stream.uniform(radius, 1 - radius)
  }

  /// A figure that overlaps none of the scene; it shrinks a little with every failed try.
  private func otherFigure(in scene: Scene, _ stream: inout SeededStream) -> Scene.Figure {
    var radius = stream.uniform(style.otherRadius.lowerBound, style.otherRadius.upperBound)
    while true {
      let x = stream.uniform(radius, 1 - radius)
      let y = stream.uniform(radius, 1 - radius)
      let isFree = scene.figures.allSatisfy { other in
        let apart = radius + other.radius + Self.gap
        return (x - other.x) * (x - other.x) + (y - other.y) * (y - other.y) >= apart * apart
      }
      if isFree {
        return Scene.Figure(
          shape: SceneShape.allCases[stream.below(SceneShape.allCases.count)], x: x, y: y,
          radius: radius,
          angle: stream.uniform(0, 2 * .pi), colour: colour(on: scene.background, &stream))
      }
      radius *= 0.99
    }
  }

  /// A colour that stands out from `background`.
  private func colour(on background: Colour, _ stream: inout SeededStream) -> Colour {
    for _ in 0..<16 {
      let colour = Colour(stream.unit(), stream.unit(), stream.unit())
      let difference = colour - background
      if (difference * difference).sum() > 0.45 { return colour }
    }
    return background.sum() > 1.5 ? Colour(repeating: 0) : Colour(repeating: 1)
  }

  /// A change of colour of at most `amplitude` in each channel.
  private func tint(_ stream: inout SeededStream, _ amplitude: Float) -> Colour {
    Colour(
      stream.uniform(-amplitude, amplitude), stream.uniform(-amplitude, amplitude),
      stream.uniform(-amplitude, amplitude))
  }
}
