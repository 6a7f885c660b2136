import PETL
import Recipes
import Statistics
import Training

/// Methods whose settings were chosen on the validation split, of each data set its own.
struct ChosenSettings {
  /// A method for each group of settings that were tried, with the figures of those that were chosen.
  private(set) var methods: [MethodSamples] = []
  /// What was chosen; the labels of the methods are empty.
  private(set) var choices: [SettingChoice] = []
  /// What makes the choice doubtful.
  private(set) var warnings: [String] = []
  private let judges: Judges

  /// Chooses.
  ///
  /// - Parameters:
  ///   - collected: the figures that are compared.
  ///   - runs: where they are from, for what the validation split says of them.
  ///   - rule: what is chosen.
  /// - Throws: `DiagnosticError` where no run has figures of a validation split, or a key is unknown.
  init(_ collected: CollectedRuns, of runs: FinishedRuns, by rule: SettingRule) throws {
    judges = try Judges(runs)
    try rule.check(Set(collected.methods.flatMap(\.settings.keys)))
    // What was trained on the validation images has nothing to choose by, and nothing is amiss.
    let judged = collected.methods.filter {
      $0.settings["data.train"] != DataRecipe.TrainSplit.trainAndVal.rawValue
    }
    for group in rule.groups(judged) { add(group, collected.dataSets) }
    guard !methods.isEmpty else {
      throw DiagnosticError(
        "no setting can be chosen: no run has both figures of the validation split and what is compared",
        hints: warnings)
    }
  }

  /// Chooses of the settings of one method.
  private mutating func add(_ group: [MethodSamples], _ dataSets: [String]) {
    // What all settings of the method have in common names it.
    let common = group[0].settings.filter { key, value in
      group.allSatisfy { $0.settings[key] == value }
    }
    var method = MethodSamples(settings: common, stage: group[0].stage)
    let labels = MethodLabels(group.map(\.settings))
    var found: [SettingChoice] = []
    for data in dataSets {
      let tried = group.filter { $0.samples[data] != nil }
      let whole = SettingCandidate.whole(tried, on: data, by: judges)
      let partial = tried.count - whole.count
      if partial > 0 {
        warnings.append(
          "\(data): \(partial) of \(tried.count) settings of \(Self.words(method)) have not all seeds that others "
            + "have, or no validation split: they cannot be chosen")
      }
      guard let best = whole.min(by: { judges.prefers($0.judgement, to: $1.judgement) }),
        let validation = Spread(best.values)
      else { continue }
      method.samples[data] = best.method.samples[data]
      let samples = (best.method.samples[data] ?? [:]).sorted { $0.key < $1.key }
      found.append(
        SettingChoice(
          method: "", data: data, setting: labels.label(best.method.settings),
          candidates: whole.count, metric: judges.metric, validation: validation,
          runs: samples.map(\.value.path), stage: method.stage, common: common))
    }
    guard !found.isEmpty else { return }
    choices += found
    methods.append(method)
  }

  /// A method in a sentence, by its stage and the types of its parts.
  private static func words(_ method: MethodSamples) -> String {
    let types = ["adapter.type", "regularizers.0.type"].compactMap { method.settings[$0] }
    return "'\(([method.stage.description] + types).joined(separator: " "))'"
  }
}
