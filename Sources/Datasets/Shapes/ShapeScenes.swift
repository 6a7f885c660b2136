import PETL

/// Rendered scenes of simple shapes: the structured kind of task of VTAB, without a download.
///
/// The i-th scene depends on the seed and on i alone. Scenes can therefore be made in parallel, in
/// any order and without end: a run that asks for the next range of indices each epoch never sees
/// an image twice.
public enum ShapeScenes {
  /// Scenes with all four labels of each, for pre-training on every task at once.
  public struct Labelled: Sendable {
    /// The pixels, 0…255, laid out [labels.count, size, size, 3].
    public let images: [UInt8]
    /// The labels of each image; −1 where a question has no answer.
    public let labels: [SceneLabels]
    /// The height and the width of an image, in pixels.
    public let size: Int
  }

  /// Renders the scenes `first`..<`first + count` of one task.
  ///
  /// - Parameters:
  ///   - seed: which endless sequence of scenes; each task has its own.
  ///   - count: how many scenes.
  ///   - task: what is asked about them.
  ///   - size: the height and the width of an image, in pixels.
  ///   - first: the index of the first scene.
  /// - Returns: images [count, size, size, 3] and their labels.
  public static func render(
    seed: UInt64, count: Int, task: ShapeTask, size: Int = 32, first: Int = 0
  ) -> LabelledImages {
    let scenes = render(
      seed: seed, first: first, count: count, size: size, style: SceneStyle(task))
    return LabelledImages(
      unchecked: .bytes(scenes.images), height: size, width: size, channels: 3,
      labels: scenes.labels.map { $0[task] },
      origin: .init(
        file: "embedded:\(task.rawValue)", images: "images from \(first)",
        labels: "labels from \(first)"))
  }

  /// Renders the scenes `first`..<`first + count` of the pre-training kind.
  ///
  /// A scene holds one to six figures that do not overlap. The main figure is the largest, by a
  /// factor of at least 1.6; shape, location and orientation are asked about it, and the count is
  /// that of all figures. Orientation is defined for `SceneShape.pointing` only.
  ///
  /// - Parameters:
  ///   - seed: which endless sequence of scenes.
  ///   - count: how many scenes.
  ///   - size: the height and the width of an image, in pixels.
  ///   - first: the index of the first scene.
  /// - Returns: images [count, size, size, 3] and four labels of each.
  public static func renderPretraining(
    seed: UInt64, count: Int, size: Int = 32, first: Int = 0
  ) -> Labelled {
    render(seed: seed, first: first, count: count, size: size, style: .pretraining)
  }

  private static func render(
    seed: UInt64, first: Int, count: Int, size: Int, style: SceneStyle
  ) -> Labelled {
    require(
      count > 0 && size > 0 && first >= 0,
      "Cannot render \(count) scenes of \(size) pixels from number \(first).")
    let composer = SceneComposer(style: style)
    let painter = ScenePainter(size: size)
    func drawn(_ index: Int) -> (scene: Scene, stream: SeededStream) {
      var stream = SeededStream(
        seed: seed &* SceneStyle.kinds &+ style.kind, index: UInt64(first + index))
      let scene = composer.scene(&stream)
      return (scene, stream)
    }
    let images = unsafe filledInParallel(items: count, length: size * size * 3) { index, target in
      var (scene, stream) = drawn(index)
      unsafe painter.paint(scene, &stream, into: target)
    }
    // Composing a scene again costs far less than painting it.
    let labels = (0..<count).map { SceneLabels(drawn($0).scene) }
    return Labelled(images: images, labels: labels, size: size)
  }
}
