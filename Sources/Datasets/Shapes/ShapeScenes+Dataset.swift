extension ShapeScenes {
  /// A task as a data set, VTAB-1K style: 800 training, 200 validation and 1,000 test scenes.
  ///
  /// They are the scenes 0..<800, 800..<1000 and 1000..<2000 of the seed.
  ///
  /// - Parameters:
  ///   - task: what is asked about the scenes.
  ///   - size: the height and the width of an image, in pixels.
  ///   - seed: which sequence of scenes.
  /// - Returns: the data set.
  /// - Throws: never in practice; the labels are checked as those of any data set.
  public static func dataset(
    _ task: ShapeTask, size: Int = 32, seed: UInt64 = 0
  ) throws -> Dataset {
    func split(_ range: Range<Int>) -> LabelledImages {
      render(seed: seed, count: range.count, task: task, size: size, first: range.lowerBound)
    }
    return try Dataset(
      .init(
        name: task.rawValue, classes: task.classes, group: "structured",
        source: "rendered by PETLKit, seed \(seed)", licence: "public domain (rendered)",
        note: task.note),
      train: split(0..<800), val: split(800..<1000), test: split(1000..<2000))
  }
}
