import Datasets
import Recipes
import Statistics

extension RunComparison {
  /// The figures of a method, and the two means that papers report.
  static func method(
    _ label: String, _ samples: MethodSamples, _ dataSets: [String],
    _ groups: [String: VTAB.Group]
  ) -> Method {
    var figures: [String: Spread] = [:]
    var intervals: [String: BootstrapInterval] = [:]
    for data in dataSets {
      let own = samples.figures(data)
      figures[data] = Spread(own)
      intervals[data] = BootstrapInterval(ofMean: own)
    }
    func mean(_ names: [String]) -> Double? {
      let means = names.compactMap { figures[$0]?.mean }
      guard !means.isEmpty, means.count == names.count else { return nil }
      return means.reduce(0, +) / Double(means.count)
    }
    var ofGroups: [VTAB.Group: Double] = [:]
    var meanOfGroups: Double?
    if dataSets.count > 1, dataSets.allSatisfy({ groups[$0] != nil }) {
      let members = Dictionary(grouping: dataSets) { groups[$0] }
      for group in VTAB.Group.allCases { ofGroups[group] = members[group].flatMap(mean) }
      if ofGroups.count == members.count {
        // In a fixed order: the sum of a dictionary's values may differ in its last bit.
        let means = VTAB.Group.allCases.compactMap { ofGroups[$0] }
        meanOfGroups = means.reduce(0, +) / Double(means.count)
      }
    }
    return Method(
      label: label, bestOnTest: samples.isBestOnTest ? Recipe.Selection.markMeaning : nil,
      figures: figures, intervals: intervals,
      mean: dataSets.count > 1 ? mean(dataSets) : nil, groups: ofGroups,
      meanOfGroups: meanOfGroups)
  }

  /// The tasks of VTAB-1K that are not there, where every data set is one of them.
  static func missingTasks(_ dataSets: [String]) -> [String] {
    let found = dataSets.compactMap { VTAB.task(named: $0)?.name }
    guard dataSets.count > 1, found.count == dataSets.count else { return [] }
    return VTAB.tasks.map(\.name).filter { !found.contains($0) }
  }
}

extension CollectedRuns {
  /// The data sets, in the order of VTAB-1K, or else of their groups and names.
  var dataSets: [String] {
    let (tasks, kinds) = (VTAB.tasks.map(\.name), VTAB.Group.allCases)
    func place(_ name: String) -> (Int, Int, String) {
      let task = VTAB.task(named: name).flatMap { tasks.firstIndex(of: $0.name) }
      let group = groups[name].flatMap(kinds.firstIndex)
      return (task ?? tasks.count, group ?? kinds.count, name)
    }
    return dataNames.sorted { place($0) < place($1) }
  }
}
