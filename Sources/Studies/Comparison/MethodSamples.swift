import Recipes

/// The figures of one method: of each data set one a seed.
struct MethodSamples {
  /// The figure of a run.
  struct Sample {
    let value: Double
    let path: String
    let epochs: Int
  }

  /// The settings that make it the method it is.
  let settings: [String: String]
  /// The stage that the figures are of, or its control.
  let stage: StageTitle
  /// Whether it is a control: trained without the regularizers that the others of its run had.
  var isControl: Bool { stage.isControl }
  /// Whether the test split chose the epoch of its runs.
  var isBestOnTest: Bool { settings["selection"] == Recipe.Selection.bestTest.rawValue }
  /// What stands behind its label.
  var mark: String { isBestOnTest ? " " + Recipe.Selection.mark : "" }
  /// By data set, then by seed.
  var samples: [String: [Int: Sample]] = [:]

  /// The figures of a data set, in the order of seeds.
  func figures(_ data: String) -> [Double] {
    (samples[data] ?? [:]).sorted { $0.key < $1.key }.map(\.value.value)
  }

  /// Method − baseline of the seeds that both have, in the order of seeds.
  func differences(from baseline: MethodSamples, on data: String) -> [Double] {
    let others = baseline.samples[data] ?? [:]
    return (samples[data] ?? [:]).sorted { $0.key < $1.key }.compactMap { seed, sample in
      others[seed].map { sample.value - $0.value }
    }
  }

  /// Whether a control is this method's own: the same settings but for the regularizers.
  func isControlled(by control: MethodSamples) -> Bool {
    !isControl && control.isControl && control.stage.stage == stage.stage
      && control.settings == settings.filter { !$0.key.hasPrefix("regularizers.") }
  }
}
