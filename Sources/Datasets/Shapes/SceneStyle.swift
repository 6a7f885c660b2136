/// The kind of scene that is drawn for a purpose: what may be the main figure, and how much else.
struct SceneStyle {
  /// Tells the random numbers of one style from those of all others, so that what a backbone was
  /// pre-trained on has nothing in common with a task of the same seed; below `kinds`.
  var kind: UInt64
  /// The number of kinds.
  static let kinds: UInt64 = 5
  /// The shapes that the main figure may have, equally often.
  var shapes: [SceneShape]
  /// The radius of the main figure, in units of the side of the image.
  var radius: ClosedRange<Float>
  /// How many other figures there are, each number equally often.
  var others: ClosedRange<Int>
  /// Their radius.
  var otherRadius: ClosedRange<Float>

  /// The scenes of one task.
  init(_ task: ShapeTask) {
    switch task {
    case .shape:
      self.init(0, SceneShape.allCases, radius: 0.22...0.42)
    case .count:
      self.init(1, SceneShape.allCases, radius: 0.1...0.16, others: 0...5, otherRadius: 0.1...0.16)
    case .location:
      self.init(2, SceneShape.allCases, radius: 0.15...0.22, others: 0...2, otherRadius: 0.07...0.1)
    case .orientation:
      self.init(3, SceneShape.pointing, radius: 0.22...0.42)
    }
  }

  /// Scenes about which all four questions can be asked: the main figure is at least 1.6 times as
  /// large as any other.
  static let pretraining = SceneStyle(
    4, SceneShape.allCases, radius: 0.16...0.22, others: 0...5, otherRadius: 0.065...0.1)

  private init(
    _ kind: UInt64, _ shapes: [SceneShape], radius: ClosedRange<Float>,
    others: ClosedRange<Int> = 0...0,
    otherRadius: ClosedRange<Float> = 0.1...0.1
  ) {
    self.kind = kind
    self.shapes = shapes
    self.radius = radius
    self.others = others
    self.otherRadius = otherRadius
  }
}
