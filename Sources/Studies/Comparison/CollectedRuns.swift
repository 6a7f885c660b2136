import Datasets
import PETL
import Recipes
import Training

/// The runs of a comparison by method, data set and seed, as they are read.
struct CollectedRuns {
  let figure: ComparedFigure
  let stages: [String]
  /// The methods in the order in which they were found.
  private(set) var methods: [MethodSamples] = []
  /// A data set of one or more runs.
  private struct Data {
    let key: String
    /// As it is called alone.
    let ownName: String
    /// As it is called here.
    let name: String
    /// The names of its classes; nil where no run says them.
    var classes: [String]?
    /// What its runs say that it holds.
    var digests: Set<String> = []
  }

  /// The data sets in the order in which they were found.
  private var data: [Data] = []
  /// The name of each data set.
  var dataNames: [String] { data.map(\.name) }
  /// The group of each data set that has one, by its name.
  private(set) var groups: [String: VTAB.Group] = [:]
  /// The folders that have no outcome, and why.
  private(set) var leftOut: [String]
  private var doubts: [String] = []
  private var versions: Set<String> = []
  private var contents: [String: Set<String>] = [:]
  /// The digests of each plugin file, by its name.
  private var code: [String: Set<Substring>] = [:]
  private var knownStages: Set<String> = []

  init(_ runs: FinishedRuns, figure: ComparedFigure, stages: [String] = []) {
    self.figure = figure
    self.stages = stages
    leftOut = runs.leftOut
    for run in runs.runs { add(run) }
  }

  /// Adds a run, or says why it is left out.
  private mutating func add(_ run: ComparedRun) {
    knownStages.formUnion(run.summary.stages.map(\.name))
    let controls = run.summary.stages.filter(\.title.isControl)
    let others = run.summary.stages.filter { !$0.title.isControl }
    let chosen =
      stages.isEmpty
      ? [others.last, controls.last].compactMap { $0 }
      : run.summary.stages.filter { stages.contains($0.name) }
    let measured = chosen.compactMap { stage in figure.value(stage).map { (stage, $0) } }
    guard !measured.isEmpty else {
      leftOut.append(
        "\(run.path): no stage that counts has '\(figure.metric.rawValue)' of the "
          + "\(figure.split.rawValue) split")
      return
    }
    let data = dataName(run)
    if let version = run.provenance["petl"] { versions.insert(version) }
    for file in (run.provenance["plugins"] ?? "").split(separator: ", ") {
      guard let space = file.lastIndex(of: " ") else { continue }
      code[String(file[..<space]), default: []].insert(file[space...])
    }
    if let digest = run.provenance["data_sha256"] { contents[data, default: []].insert(digest) }
    for (stage, value) in measured { add(stage, value, run, data) }
  }

  private mutating func add(
    _ stage: StageResult, _ value: Double, _ run: ComparedRun, _ data: String
  ) {
    let settings = run.method(regularized: !stage.title.isControl)
    let index =
      methods.firstIndex { $0.stage == stage.title && $0.settings == settings }
      ?? methods.endIndex
    if index == methods.endIndex {
      methods.append(MethodSamples(settings: settings, stage: stage.title))
    }
    let epochs = Self.epochs(through: stage, run.summary.stages)
    let sample = MethodSamples.Sample(value: value, path: run.path, epochs: epochs)
    if let known = methods[index].samples[data]?[run.summary.seed] {
      // The controls of runs that differ in their penalty are the same training.
      if known.value != value {
        doubts.append(
          "\(run.path) is the same recipe and seed as \(known.path) with another outcome; "
            + "the first of them counts")
      }
      return
    }
    methods[index].samples[data, default: [:]][run.summary.seed] = sample
  }

  /// How many epochs led to the parameters after a stage; a control starts where its first stage did.
  private static func epochs(
    through stage: StageResult, _ stages: [StageResult]
  ) -> Int {
    let others = stages.filter { !$0.title.isControl }
    let controls = stages.filter(\.title.isControl)
    let path =
      stage.title.isControl
      ? others.prefix { $0.title.stage != controls.first?.title.stage } + controls
      : others
    let last = path.firstIndex { $0.title == stage.title } ?? path.endIndex - 1
    return path[...last].reduce(0) { $0 + $1.epochs }
  }

  /// The name of a run's data set; two sets of one name get that of their place, or a number.
  ///
  /// Data of other classes are other data, wherever they are from; data of one name that hold the same are the same.
  private mutating func dataName(_ run: ComparedRun) -> String {
    let (key, digest) = (run.dataKey, run.provenance["data_sha256"])
    let same = data.indices.filter { index in
      data[index].key == key
        || data[index].ownName == run.dataName
          && digest.map { data[index].digests.contains($0) } ?? false
    }
    let isKnown = { (classes: [String]?) in
      classes == nil || run.classes == nil || classes == run.classes
    }
    if let index = same.first(where: { isKnown(data[$0].classes) }) {
      if data[index].classes == nil { data[index].classes = run.classes }
      if let digest { data[index].digests.insert(digest) }
      return data[index].name
    }
    func isTaken(_ name: String) -> Bool { data.contains { $0.name == name } }
    let base = isTaken(run.dataName) ? run.setting("data.path") ?? run.dataName : run.dataName
    var (name, number) = (base, 2)
    while isTaken(name) {
      name = "\(base) (\(number))"
      number += 1
    }
    if let other = same.first.map({ data[$0] }) {
      doubts.append(
        "\(run.path): its classes are not those of other runs on '\(other.name)': its data are "
          + "another set, '\(name)'")
    }
    data.append(
      Data(
        key: key, ownName: run.dataName, name: name, classes: run.classes,
        digests: Set([digest].compactMap(\.self))))
    groups[name] = run.group
    return name
  }

  /// Refuses a comparison of nothing.
  func throwIfEmpty() throws {
    guard methods.isEmpty else { return }
    var hints = leftOut
    if !stages.isEmpty {
      hints.append("known stages: \(knownStages.sorted().joined(separator: ", "))")
    }
    throw DiagnosticError("there is no finished run to compare", hints: hints)
  }

  /// Puts others in the place of the methods.
  mutating func replace(by methods: [MethodSamples]) { self.methods = methods }

  /// The methods with their labels, controls first.
  func named() -> [RunComparison.Named] {
    let sorted = methods.filter(\.isControl) + methods.filter { !$0.isControl }
    let labels = [true, false].map { isControl in
      MethodLabels(methods.filter { $0.isControl == isControl }.map(\.settings))
    }
    let names = Set(methods.filter { !$0.isControl }.map(\.stage))
    let named = sorted.map { method -> RunComparison.Named in
      let label = labels[method.isControl ? 0 : 1].label(method.settings)
      let stage = method.isControl || names.count > 1 || methods.count { !$0.isControl } == 1
      let parts = (stage ? [method.stage.description] : []) + (label.isEmpty ? [] : [label])
      return ((parts.isEmpty ? "plain" : parts.joined(separator: " ")) + method.mark, method)
    }
    return named
  }

  /// What makes the comparison doubtful.
  var warnings: [String] {
    var found = doubts
    let marked = methods.count(where: \.isBestOnTest)
    if marked > 0 {
      let which = marked == methods.count ? "all methods" : "\(marked) of \(methods.count) methods"
      found.append("\(which): \(Recipe.Selection.markMeaning)")
    }
    if versions.count > 1 {
      let list = versions.sorted().joined(separator: ", ")
      found.append("the runs are of different versions of petl: \(list)")
    }
    for (file, digests) in code.sorted(by: { $0.key < $1.key }) where digests.count > 1 {
      found.append("the plugin file \(file) was not the same in all runs")
    }
    for (data, digests) in contents.sorted(by: { $0.key < $1.key }) where digests.count > 1 {
      // Of images in files the digest has their dates and sizes, not their bytes.
      found.append(
        "data set '\(data)' was not the same in all runs: other images or labels, or image files "
          + "that were copied or written anew in between")
    }
    return found
  }
}
