import Checkpoints
import Foundation
import Networks
import PETL
import Recipes
import Reports
import Statistics
import Studies
import Training

extension SweepReport {
  /// Reads the folder of a sweep; no plugin, weights or data are needed.
  ///
  /// Runs that did not finish are in the table of runs only.
  ///
  /// - Parameters:
  ///   - path: of the folder.
  ///   - isWithin: whether the page will be in that folder, so that it can lead to the reports of the runs.
  /// - Throws: `DiagnosticError` when what the sweep left cannot be read.
  init(sweep path: String, isWithin: Bool) throws {
    let sweep = try SweepOutcome(existing: path)
    // The test split where the runs have one, as the sweep's own table.
    let found = ComparedFigure.usual.lazy.compactMap {
      try? RunComparison(sweep.finished, figure: $0)
    }.first
    let split = found?.split ?? .test
    let metric = found?.metric ?? .accuracy
    let name = metric.rawValue
    let redundancy = ComparedFigure(.redundancy, of: split)
    let text = found.map { ComparisonText($0) }
    let caution = sweep.entries.lazy.compactMap { sweep.summary($0)?.bestOnTest }.first
    var notes = (text?.remarks ?? []) + (found?.warnings ?? [])
    if found == nil {
      notes.append("no run has an accuracy or a perplexity: there is nothing to compare")
    }
    let missing = sweep.entries.count { sweep.summary($0) == nil }
    if missing > 0 { notes.append("\(missing) of \(sweep.entries.count) runs did not finish") }
    var chosen: ReportTable?
    do {
      chosen = try sweep.chosen().map { ComparisonText($0.comparison).chosenTable($0.outcomes) }
    } catch let error as DiagnosticError {
      notes.append("no chosen settings: \(error.sentences)")
    }
    let curves =
      Self.curves(
        sweep, ComparedFigure(metric, of: split),
        ("\(name.prefix(1).uppercased() + name.dropFirst()) (\(split.rawValue))", name))
      + Self.curves(
        sweep, redundancy, ("Redundancy, mean |ρ| (\(split.rawValue))", "|ρ|"))
    self.init(
      title: sweep.name, caution: caution, facts: Self.facts(sweep, found), notes: notes,
      figures: text.map { [$0.leadingTable] } ?? [], chosen: chosen,
      forests: found.map(Self.forests) ?? [],
      unit: "\(metric == .accuracy ? "points" : name), method − baseline",
      tests: text.flatMap { found?.differences.isEmpty == false ? $0.testTable : nil },
      curves: curves.sorted { $0.key < $1.key }, runs: Self.runs(sweep, isWithin: isWithin),
      recipe: sweep.recipe ?? "")
  }

  /// Writes `report.html` into the folder of a sweep.
  ///
  /// The runs are whole without it: where it cannot be made, a warning says why.
  ///
  /// - Returns: whether it was written.
  @discardableResult
  static func leave(in path: String) -> Bool {
    do {
      let page = try SweepReport(sweep: path, isWithin: true).html()
      try writeAtomically(Array(page.utf8), to: "\(path)/report.html")
      return true
    } catch {
      Terminal.complain(lines: "warning: \(path)/report.html is not written: \(error)")
      return false
    }
  }

  private static func facts(
    _ sweep: SweepOutcome, _ comparison: RunComparison?
  ) -> [(label: String, value: String)] {
    let summaries = sweep.entries.compactMap(sweep.summary)
    let seeds = Set(summaries.map(\.seed)).sorted()
    var facts = [(label: "runs", value: "\(summaries.count) of \(sweep.entries.count)")]
    if let comparison {
      facts.append((label: "methods", value: "\(comparison.methods.count)"))
      facts.append((label: "data", value: comparison.dataSets.joined(separator: ", ")))
    }
    facts.append((label: "seeds", value: seeds.map(String.init).joined(separator: ", ")))
    facts.append((label: "training, in all", value: duration(sweep.trainingSeconds)))
    return facts
  }

  /// A drawing for each method with a row for each data set; of one data set, one for each baseline with
  /// a row for each method.
  private static func forests(_ comparison: RunComparison) -> [Forest] {
    let factor = comparison.metric == .accuracy ? 100.0 : 1
    func row(_ difference: RunComparison.Difference, _ label: String) -> Difference {
      let paired = difference.paired
      return Difference(
        label: label, mean: paired.spread.mean * factor,
        interval: paired.interval.map { (lower: $0.lower * factor, upper: $0.upper * factor) },
        isPooled: difference.data == nil,
        isTold: [.higher, .lower].contains(difference.verdict),
        verdict: difference.verdict.rawValue)
    }
    let isSingle = comparison.dataSets.count == 1
    var forests: [Forest] = []
    for difference in comparison.differences {
      let title = isSingle ? comparison.dataSets[0] : difference.method
      let label = isSingle ? difference.method : difference.data ?? "all data sets"
      let place = forests.firstIndex { $0.title == title && $0.baseline == difference.baseline }
      let rows = place.map { forests.remove(at: $0).rows } ?? []
      forests.insert(
        Forest(
          title: title, baseline: difference.baseline, rows: rows + [row(difference, label)]),
        at: place ?? forests.endIndex)
    }
    return forests
  }

  private static func curves(
    _ sweep: SweepOutcome, _ compared: ComparedFigure, _ names: (long: String, short: String)
  ) -> [Curve] {
    func figure(_ spread: Spread) -> Figure {
      Figure(count: spread.count, mean: spread.mean, deviation: spread.deviation ?? 0)
    }
    return SweptCurve.curves(of: sweep.finished, figure: compared, over: sweep.keys).map { curve in
      let isAlone = curve.lines.count { !$0.isControl } == 1
      let lines = curve.lines.map { line in
        let kind = line.isControl ? "control" : isAlone ? "method" : ""
        let label = [kind, line.label].filter { !$0.isEmpty }.joined(separator: " ")
        return Line(
          label: label.isEmpty ? "plain" : label, isControl: line.isControl,
          points: line.points.map { Point(value: $0.value, figure: figure($0.spread)) },
          level: line.level.map(figure))
      }
      let key = ([curve.key] + curve.followers).joined(separator: " with ")
      return Curve(
        key: key, figure: names.long, shortFigure: names.short,
        isShare: compared.metric == .accuracy, data: curve.data, lines: lines)
    }
  }

  /// Every run with what was set, its figures, and what became of it.
  private static func runs(_ sweep: SweepOutcome, isWithin: Bool) -> ReportTable {
    let links = sweep.entries.map { entry -> String? in
      let page = "\(entry.folder)/report.html"
      let isThere = isWithin && FileManager.default.fileExists(atPath: "\(sweep.path)/\(page)")
      return isThere ? page.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) : nil
    }
    let keys = Set(sweep.entries.flatMap(\.changes.keys)).sorted {
      ($0 == "seed" ? 1 : 0, $0) < ($1 == "seed" ? 1 : 0, $1)
    }
    let rows = sweep.entries.map { entry -> [String] in
      let summary = sweep.summary(entry)
      let last = summary?.stages.last { !$0.title.isControl }
      let seconds = summary?.stages.reduce(0) { $0 + $1.trainingSeconds }
      let mark = summary?.bestOnTest == nil ? "" : " \(Recipe.Selection.mark)"
      let state =
        summary != nil
        ? "finished" : entry.failure.map { "failed: \($0)" } ?? "not finished"
      return ["\(entry.number)\n\(entry.folder)"]
        + keys.map { key in
          let text = entry.changes[key] ?? "–"
          return key.hasPrefix("data") ? URL(fileURLWithPath: text).lastPathComponent : text
        } + [
          last?.validation?.leading.text ?? "–", (last?.test?.leading.text ?? "–") + mark,
          (last?.test ?? last?.validation)?.redundancy.map { fixed($0, 3) } ?? "–",
          seconds.map(duration) ?? "–", state,
        ]
    }
    let columns = ["run"] + keys + ["val", "test", "mean |ρ|", "training", "outcome"]
    return ReportTable(
      title: "Runs",
      caption:
        "What was reached, and redundancy, after the last stage that is no control; training of all "
        + "stages, those that were taken from another run included.", columns: columns, rows: rows,
      wordColumns: [0, columns.count - 1], links: links)
  }
}

extension ComparisonText {
  /// The figures with their intervals, as a report shows them.
  fileprivate var leadingTable: ReportTable {
    let (columns, rows) = figures(withIntervals: true)
    return ReportTable(
      title: metricTitle,
      caption: "\(title.prefix(1).uppercased() + title.dropFirst()); below, the 95 % bootstrap "
        + "interval of the mean.", columns: columns, rows: rows)
  }

  /// The paired tests, as a report shows them.
  fileprivate var testTable: ReportTable {
    let (columns, rows) = paired()
    // The baseline stands below the method.
    return ReportTable(
      title: "Paired tests",
      caption:
        "Sign-flip tests of the \(pairedTitle); p (Holm) is corrected over the data sets, g is "
        + "Hedges'.", columns: [columns[0]] + columns[2...],
      rows: rows.map { ["\($0[0])\nagainst \($0[1])"] + $0[2...] },
      wordColumns: [1, columns.count - 2])
  }
}

extension SweepOutcome {
  /// The name of the sweep: that of its runs, or of its folder.
  fileprivate var name: String {
    entries.lazy.compactMap(summary).first?.name
      ?? URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
  }
}
