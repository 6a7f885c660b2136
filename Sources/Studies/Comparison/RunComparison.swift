import Datasets
import PETL
import Statistics

/// Runs side by side: mean and spread over seeds by method and data set, and what each method differs
/// by from a baseline on the same seeds.
public struct RunComparison: Sendable, Encodable {
  /// A method.
  public struct Method: Sendable, Codable {
    /// What tells it apart from the others.
    public let label: String
    /// That the best epoch was chosen on the test split, in words; nil for every other method.
    public let bestOnTest: String?
    /// The figures by data set; without those that it has none of.
    public let figures: [String: Spread]
    /// The 95 % bootstrap interval of each mean over seeds; without those of a single seed.
    public let intervals: [String: BootstrapInterval]
    /// The mean over data sets of the means over seeds; nil when it has not all of them.
    public let mean: Double?
    /// The mean over the data sets of each group, of those groups of which it has all; empty where a
    /// data set has no group.
    public let groups: [VTAB.Group: Double]
    /// The mean of the groups' means ("group-wise mean"), which most papers report; nil when it has
    /// not all of them, or where a data set has no group.
    public let meanOfGroups: Double?
  }

  /// What a method differs by from its baseline.
  public struct Difference: Sendable, Codable {
    /// The method's label.
    public let method: String
    /// The baseline's label.
    public let baseline: String
    /// The data set; nil for the pairs of all data sets together.
    public let data: String?
    /// Method − baseline over the seeds that both have.
    public let paired: PairedDifference
    /// p after Holm's correction over the data sets; that of all together is a single test.
    public let correctedP: Double
    /// What that says.
    public let verdict: Verdict
  }

  /// What is compared.
  public let metric: ComparedFigure.Metric
  /// The split that is compared.
  public let split: ComparedFigure.Split
  /// The data sets, in the order of VTAB-1K, or else of their groups and names.
  public let dataSets: [String]
  /// The group of each data set that has one: a task of VTAB-1K, or what the data set says of itself.
  public let groups: [String: VTAB.Group]
  /// Where every data set is a task of VTAB-1K, the tasks that are not there.
  public let missingTasks: [String]
  /// The methods, baselines first.
  public let methods: [Method]
  /// The differences, by method, then by data set, those of all data sets last.
  public let differences: [Difference]
  /// The folders that have no outcome, and why they are left out.
  public let leftOut: [String]
  /// What makes the comparison doubtful, a sentence each.
  public private(set) var warnings: [String]
  /// The settings that were chosen on the validation split, by method and data set; nil where every setting is a method.
  public let choices: [SettingChoice]?

  /// Compares runs.
  ///
  /// The last stage of a run counts, and its control as a method of its own; `stages` names others.
  ///
  /// - Parameters:
  ///   - paths: folders of runs, or folders that hold such folders.
  ///   - figure: what is compared.
  ///   - stages: the stages that count; the last ones when empty.
  ///   - baseline: the label of the method that all others are compared with; nil takes each method's
  ///     own control, or else the first control or method.
  ///   - choosing: which settings are one method, of which the validation split chooses one for each data set; nil
  ///     makes every setting a method.
  /// - Throws: `DiagnosticError` with every path that is no run's, or when no run has the figure, or one of the
  ///   validation split by which to choose.
  public init(
    _ paths: [String], figure: ComparedFigure = ComparedFigure(), stages: [String] = [],
    baseline: String? = nil, choosing: SettingRule? = nil
  ) throws {
    try self.init(
      FinishedRuns(paths), figure: figure, stages: stages, baseline: baseline, choosing: choosing)
  }

  /// Compares runs that were read before.
  ///
  /// - Throws: `DiagnosticError` when no run has the figure, or one by which to choose, or there is no such baseline.
  public init(
    _ runs: FinishedRuns, figure: ComparedFigure = ComparedFigure(), stages: [String] = [],
    baseline: String? = nil, choosing: SettingRule? = nil
  ) throws {
    var collected = CollectedRuns(runs, figure: figure, stages: stages)
    try collected.throwIfEmpty()
    let chosen = try choosing.map { try ChosenSettings(collected, of: runs, by: $0) }
    if let chosen { collected.replace(by: chosen.methods) }
    try self.init(collected, choices: chosen?.choices, baseline: baseline)
    warnings += chosen?.warnings ?? []
    if chosen != nil, figure.split == .val {
      warnings.append("the validation split chose the settings: its figures are too good")
    }
  }

  /// Compares methods whose figures are collected.
  ///
  /// - Throws: `DiagnosticError` when there is no such baseline.
  init(_ collected: CollectedRuns, choices: [SettingChoice]?, baseline: String?) throws {
    let named = collected.named()
    metric = collected.figure.metric
    split = collected.figure.split
    leftOut = collected.leftOut
    let (dataSets, groups) = (collected.dataSets, collected.groups)
    self.dataSets = dataSets
    self.groups = groups
    self.choices = choices.map { SettingChoice.labelled($0, named) }
    missingTasks = Self.missingTasks(dataSets)
    methods = named.map { Self.method($0.label, $0.samples, dataSets, groups) }
    let pairs = try Self.baselines(named, wanted: baseline)
    differences = pairs.flatMap { Self.differences($0.method, from: $0.baseline, dataSets) }
    warnings = collected.warnings + Self.warnings(pairs, dataSets)
  }

  typealias Named = (label: String, samples: MethodSamples)

  /// Each method but the baselines with its baseline.
  private static func baselines(
    _ named: [Named], wanted: String?
  ) throws -> [(method: Named, baseline: Named)] {
    if let wanted {
      let isWanted = { (method: Named) in
        method.label == wanted || method.label == wanted + method.samples.mark
      }
      guard let baseline = named.first(where: isWanted) else {
        let labels = named.map(\.label)
        let nearest = nearestName(to: wanted, among: labels).map { ["did you mean '\($0)'?"] }
        throw DiagnosticError(
          "there is no method '\(wanted)'",
          hints: (nearest ?? []) + ["methods: '\(labels.joined(separator: "', '"))'"])
      }
      return named.filter { $0.label != baseline.label }.map { ($0, baseline) }
    }
    // Rather not one whose epoch the test split chose: what is measured from it is optimistic.
    let honest = named.filter { !$0.samples.isBestOnTest }
    let candidates = honest + named.filter(\.samples.isBestOnTest)
    guard let fallback = candidates.first(where: \.samples.isControl) ?? candidates.first else {
      return []
    }
    return named.filter { !$0.samples.isControl }.compactMap { method in
      let own = named.first { method.samples.isControlled(by: $0.samples) } ?? fallback
      return own.label == method.label ? nil : (method, own)
    }
  }

  private static func differences(
    _ method: Named, from baseline: Named, _ dataSets: [String]
  ) -> [Difference] {
    let found = dataSets.compactMap { data in
      PairedDifference(method.samples.differences(from: baseline.samples, on: data))
        .map { (data: data, paired: $0) }
    }
    func difference(
      _ data: String?, _ paired: PairedDifference, _ verdict: (Double, Verdict)
    ) -> Difference {
      Difference(
        method: method.label, baseline: baseline.label, data: data, paired: paired,
        correctedP: verdict.0, verdict: verdict.1)
    }
    let verdicts = Verdict.verdicts(found.map(\.paired))
    var all = zip(found, verdicts).map { difference($0.data, $0.paired, $1) }
    let together = found.flatMap {
      method.samples.differences(from: baseline.samples, on: $0.data)
    }
    if found.count > 1, let paired = PairedDifference(together) {
      all.append(difference(nil, paired, Verdict.verdicts([paired])[0]))
    }
    return all
  }

  /// Says where pairs are incomplete or were trained for different lengths.
  private static func warnings(
    _ pairs: [(method: Named, baseline: Named)], _ dataSets: [String]
  ) -> [String] {
    pairs.flatMap { method, baseline in
      dataSets.flatMap { data -> [String] in
        let (own, other) = (
          method.samples.samples[data] ?? [:], baseline.samples.samples[data] ?? [:]
        )
        let title = "'\(method.label)' and '\(baseline.label)' on \(data)"
        var found: [String] = []
        let alone = Set(own.keys).symmetricDifference(other.keys).sorted()
        if !alone.isEmpty {
          let seeds = alone.map(String.init).joined(separator: ", ")
          found.append("\(title): only one of them has seed \(seeds), which is not paired")
        }
        let lengths = Set((Array(own.values) + Array(other.values)).map(\.epochs)).sorted()
        if lengths.count > 1 {
          let words = lengths.map(String.init).joined(separator: " and ")
          found.append("\(title) were trained for different lengths: \(words) epochs")
        }
        return found
      }
    }
  }
}
