import PETL
import Statistics

/// A figure against a number that a sweep varied: a line for each method, a point for each value.
public struct SweptCurve: Sendable {
  /// The figures of one value.
  public struct Point: Sendable {
    /// The value of the key.
    public let value: Double
    /// Mean and spread over seeds.
    public let spread: Spread
  }

  /// Runs that differ in the key, the seed and the data only.
  public struct Line: Sendable {
    /// What tells it apart from the other lines; empty where there is one alone.
    public let label: String
    /// Whether it is of controls.
    public let isControl: Bool
    /// By rising value; empty of controls that the key does not concern.
    public let points: [Point]
    /// The figure of controls that the key does not concern.
    public let level: Spread?
  }

  /// The dotted key.
  public let key: String
  /// Other keys that varied together with it.
  public let followers: [String]
  /// The data set; nil for the mean over all data sets.
  public let data: String?
  /// The lines, controls last.
  public let lines: [Line]

  /// The curves of runs: for each key those of all data sets together, then of each.
  ///
  /// - Parameters:
  ///   - runs: of a sweep.
  ///   - figure: what is drawn.
  ///   - keys: the dotted keys that the sweep varied; those that hold no numbers, or one alone, give no
  ///     curve.
  /// - Returns: in the order of the keys' names; none where no run has the figure.
  public static func curves(
    of runs: FinishedRuns, figure: ComparedFigure = ComparedFigure(), over keys: Set<String>
  ) -> [SweptCurve] {
    let collected = CollectedRuns(runs, figure: figure)
    let methods = collected.methods.filter { !$0.isControl }
    let known = Set(methods.flatMap(\.settings.keys)).filter { key in
      keys.contains { key == $0 || key.hasPrefix("\($0).") }
    }
    let numeric = known.filter { key in
      let texts = Set(methods.compactMap { $0.settings[key] })
      return texts.count > 1 && texts.allSatisfy { Double($0)?.isFinite == true }
    }.sorted()
    var drawn: Set<String> = []
    return numeric.flatMap { key -> [SweptCurve] in
      guard !drawn.contains(key) else { return [] }
      let followers = numeric.filter { $0 != key && follows($0, key, methods) }
      drawn.formUnion(followers.filter { follows(key, $0, methods) })
      let groups = Groups(collected.methods, key: key, followers: followers)
      let dataSets = collected.dataSets
      let places = (dataSets.count > 1 ? [nil] : []) + dataSets.map(Optional.some)
      return places.compactMap { data in
        let lines = groups.lines { method in
          data.map(method.figures) ?? method.means(over: dataSets)
        }
        guard lines.contains(where: { $0.points.count > 1 && !$0.isControl }) else { return nil }
        return SweptCurve(key: key, followers: followers, data: data, lines: lines)
      }
    }
  }

  /// Whether a key's value is known wherever that of another is.
  private static func follows(_ key: String, _ leader: String, _ methods: [MethodSamples]) -> Bool {
    Dictionary(grouping: methods) { $0.settings[leader] }.values.allSatisfy { alike in
      Set(alike.map { $0.settings[key] }).count == 1
    }
  }
}

/// Methods that differ in one number only, put together.
private struct Groups {
  private let key: String
  private let groups: [(label: String, isControl: Bool, methods: [MethodSamples])]

  init(_ all: [MethodSamples], key: String, followers: [String]) {
    self.key = key
    func others(_ settings: [String: String]) -> [String: String] {
      settings.filter { $0.key != key && !followers.contains($0.key) }
    }
    func grouped(_ methods: [MethodSamples]) -> [[MethodSamples]] {
      var found: [[MethodSamples]] = []
      for method in methods {
        let place = found.firstIndex {
          $0[0].stage == method.stage && others($0[0].settings) == others(method.settings)
        }
        if let place { found[place].append(method) } else { found.append([method]) }
      }
      return found
    }
    let lines = grouped(all.filter { !$0.isControl && $0.settings[key] != nil })
    let controls = grouped(
      all.filter { control in lines.joined().contains { $0.isControlled(by: control) } })
    let labels = MethodLabels(lines.map { others($0[0].settings) })
    let controlLabels = MethodLabels(controls.map { others($0[0].settings) })
    groups =
      lines.map { (labels.label(others($0[0].settings)) + $0[0].mark, false, $0) }
      + controls.map { (controlLabels.label(others($0[0].settings)) + $0[0].mark, true, $0) }
  }

  func lines(_ figures: (MethodSamples) -> [Double]) -> [SweptCurve.Line] {
    groups.compactMap { label, isControl, methods in
      let points = methods.compactMap { method -> SweptCurve.Point? in
        guard let value = method.settings[key].flatMap(Double.init),
          let spread = Spread(figures(method))
        else { return nil }
        return SweptCurve.Point(value: value, spread: spread)
      }.sorted { $0.value < $1.value }
      let level = points.isEmpty ? methods.first.flatMap { Spread(figures($0)) } : nil
      guard !points.isEmpty || level != nil else { return nil }
      return SweptCurve.Line(label: label, isControl: isControl, points: points, level: level)
    }
  }
}

extension MethodSamples {
  /// The mean over data sets of each seed that has all of them, in the order of seeds.
  fileprivate func means(over dataSets: [String]) -> [Double] {
    let all = dataSets.map { samples[$0] ?? [:] }
    let seeds = all.dropFirst().reduce(Set(all.first?.keys.map(\.self) ?? [])) {
      $0.intersection($1.keys)
    }
    return seeds.sorted().map { seed in
      all.reduce(0) { $0 + ($1[seed]?.value ?? 0) } / Double(all.count)
    }
  }
}
