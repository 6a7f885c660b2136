import Answers
import Datasets
import Foundation
import Networks
import PETL
import Reports
import Statistics
import Studies
import Training

/// A comparison of runs as a person or another program reads it.
struct ComparisonText {
  private let comparison: RunComparison
  /// Accuracies are shown in per cent.
  private let factor: Double
  private let digits: Int

  init(_ comparison: RunComparison) {
    self.comparison = comparison
    (factor, digits) = comparison.metric == .accuracy ? (100, 2) : (1, 4)
  }

  func text(_ format: ComparisonFormat) throws -> String {
    switch format {
    case .text: return tables(Terminal.table).joined(separator: "\n\n")
    case .markdown: return tables(Self.markdown).joined(separator: "\n\n")
    case .latex:
      return tables(Self.latex, text: LaTeXText.comment).joined(separator: "\n\n")
    case .csv: return csv()
    case .json:
      let encoder = JSONEncoder.figures([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      return String(decoding: try encoder.encode(comparison), as: UTF8.self)
    }
  }

  /// The tables with what stands above and below them.
  private func tables(
    _ table: ([String], [[String]]) -> String, text: (String) -> String = { $0 }
  ) -> [String] {
    let (figures, paired) = (figures(), paired())
    var parts = [text(title), table(figures.columns, figures.rows)] + remarks.map(text)
    if let choices = comparison.choices {
      let chosen = chosen(choices)
      parts += [text(chosenTitle(choices)), table(chosen.columns, chosen.rows)]
    }
    if !comparison.differences.isEmpty {
      let whole = table(paired.columns, paired.rows)
      let isWide = whole.split(separator: "\n").contains { $0.count > Self.width }
      let (more, columns, rows) = isWide ? Self.narrowed(paired) : ("", paired.columns, paired.rows)
      parts += [text(pairedTitle + more), more.isEmpty ? whole : table(columns, rows)]
    }
    return parts
  }

  /// The characters that a line of a table should have at most.
  private static let width = 100

  /// A table of differences without the baseline and the data set where all rows have the same, and words for them.
  private static func narrowed(
    _ table: (columns: [String], rows: [[String]])
  ) -> (words: String, columns: [String], rows: [[String]]) {
    let constant = [1, 2].filter { column in Set(table.rows.map { $0[column] }).count == 1 }
    func kept(_ cells: [String]) -> [String] {
      cells.indices.filter { !constant.contains($0) }.map { cells[$0] }
    }
    let words = constant.map { (($0 == 1 ? "against " : "on ") + (table.rows.first?[$0] ?? "")) }
    return (
      words.isEmpty ? "" : ": " + words.joined(separator: ", "), kept(table.columns),
      table.rows.map(kept)
    )
  }

  /// What the table of figures holds.
  var title: String {
    "\(comparison.split.rawValue) \(comparison.metric.rawValue)\(isShare ? " in %" : ""), mean ± "
      + "standard deviation over seeds (number of seeds)"
  }

  /// What the table of differences holds.
  var pairedTitle: String { "differences on the same seeds\(isShare ? ", in points" : "")" }

  /// The metric as a heading.
  var metricTitle: String {
    let name = comparison.metric.rawValue
    return name.prefix(1).uppercased() + name.dropFirst()
  }

  private var isShare: Bool { comparison.metric == .accuracy }

  /// What a table of means leaves unsaid.
  var remarks: [String] {
    let marks = comparison.methods.lazy.compactMap(\.bestOnTest).first.map { [$0] } ?? []
    let missing = comparison.missingTasks
    guard !missing.isEmpty else { return marks }
    return marks + [
      "The means are not those of VTAB-1K: \(missing.joined(separator: ", ")) not there."
    ]
  }

  /// Methods by data sets, or the other way round where that is narrower.
  ///
  /// - Parameter withIntervals: whether cells hold the 95 % interval of their mean, after a line end.
  /// - Returns: the names of the columns, and the cells by row.
  func figures(withIntervals: Bool = false) -> (columns: [String], rows: [[String]]) {
    var columns = [["method"] + comparison.methods.map(\.label)]
    for data in comparison.dataSets {
      columns.append(
        [data]
          + comparison.methods.map { method in
            let interval = withIntervals ? method.intervals[data] : nil
            return cell(method.figures[data])
              + (interval.map { "\n\(number($0.lower)) … \(number($0.upper))" } ?? "")
          })
    }
    for mean in means { columns.append([mean.name] + mean.values.map { number($0) }) }
    let rows = columns[0].indices.map { row in columns.map { $0[row] } }
    let isWide = comparison.dataSets.count > comparison.methods.count
    let cells = isWide ? [["data"] + columns[0].dropFirst()] + columns.dropFirst() : rows
    return (cells[0], Array(cells.dropFirst()))
  }

  /// The means over data sets, a value for each method: of each group, of the groups, of all.
  private var means: [(name: String, values: [Double?])] {
    let methods = comparison.methods
    var found = VTAB.Group.allCases.map { group in
      (name: "mean \(group.rawValue)", values: methods.map { $0.groups[group] })
    }
    found.append((name: "mean of groups", values: methods.map(\.meanOfGroups)))
    found = found.filter { $0.values.contains { $0 != nil } }
    if comparison.dataSets.count > 1 {
      found.append((name: "mean of all", values: methods.map(\.mean)))
    }
    return found
  }

  /// A line for each difference.
  func paired() -> (columns: [String], rows: [[String]]) {
    let rows = comparison.differences.map { difference in
      let paired = difference.paired
      let few = difference.verdict == .tooFew ? " (n = \(paired.spread.count))" : ""
      return [
        difference.method, difference.baseline, difference.data ?? "all data sets",
        "\(paired.spread.count)", number(paired.spread.mean, signed: true),
        paired.interval.map {
          "\(number($0.lower, signed: true)) … \(number($0.upper, signed: true))"
        } ?? "–", Self.p(paired.test.p), Self.p(difference.correctedP),
        paired.effect.map { fixed($0.hedges, 2) } ?? "–", difference.verdict.rawValue + few,
      ]
    }
    return (
      [
        "method", "against", "data", "pairs", "difference", "95 % interval", "p", "p (Holm)", "g",
        "verdict",
      ], rows
    )
  }

  private func chosenTitle(_ choices: [SettingChoice]) -> String {
    let metric = choices.first?.metric ?? .accuracy
    return "settings by the best mean \(metric.rawValue) of the validation split"
      + (metric == .accuracy ? ", in %; of equal ones that with the lower loss" : "")
  }

  /// A line for each method and data set.
  private func chosen(_ choices: [SettingChoice]) -> (columns: [String], rows: [[String]]) {
    let rows = choices.map { choice in
      let isShare = choice.metric == .accuracy
      return [
        choice.method, choice.data, choice.setting.isEmpty ? "–" : choice.setting,
        "1 of \(choice.candidates)",
        cell(choice.validation, factor: isShare ? 100 : 1, digits: isShare ? 2 : 4),
      ]
    }
    return (["method", "data", "setting", "chosen", "val"], rows)
  }

  /// The chosen settings with what they came to, for a report.
  func chosenTable(_ outcomes: [ChosenOutcome]) -> ReportTable {
    let choices = outcomes.map(\.choice)
    let (columns, rows) = chosen(choices)
    let isRetrained = outcomes.contains { $0.retrained != nil }
    let again = isRetrained ? ["\(comparison.split.rawValue), on train+val"] : []
    let metric = choices.first?.metric ?? .accuracy
    return ReportTable(
      title: "Chosen settings",
      caption:
        "Of each method on each data set the setting with the best mean \(metric.rawValue) on the validation "
        + "split, of equal ones that with the lower loss. \(metric == .accuracy ? "In %, mean" : "Mean") ± standard "
        + "deviation over seeds (number of seeds)."
        + (isRetrained
          ? " The last column is of the chosen setting trained once more, on the images of training and "
            + "validation together."
          : ""),
      columns: columns + [comparison.split.rawValue] + again,
      rows: zip(rows, outcomes).map { row, outcome in
        row + [cell(outcome.figure)] + (isRetrained ? [cell(outcome.retrained)] : [])
      }, wordColumns: [1, 2])
  }

  private func cell(_ spread: Spread?, factor: Double? = nil, digits: Int? = nil) -> String {
    guard let spread else { return "–" }
    let text = { number($0, factor: factor, digits: digits) }
    let deviation = spread.deviation.map { " ± \(text($0))" } ?? ""
    return "\(text(spread.mean))\(deviation) (\(spread.count))"
  }

  /// A number in the unit and with the digits of the compared figure, or of another.
  private func number(
    _ value: Double?, signed: Bool = false, factor: Double? = nil, digits: Int? = nil
  ) -> String {
    guard let value else { return "–" }
    let (factor, digits) = (factor ?? self.factor, digits ?? self.digits)
    // What rounds to 0 has no sign.
    let text = fixed(value * factor, digits).replacing(/^-(0\.?0*)$/) { $0.1 }
    return signed && value > 0 ? "+" + text : text
  }

  private static func p(_ value: Double) -> String {
    value < 0.0001 ? "<0.0001" : fixed(value, 4)
  }

  private static func latex(_ columns: [String], _ rows: [[String]]) -> String {
    let words: Set = ["against", "data", "setting", "verdict"]
    return LaTeXText.table(
      columns, rows, wordColumns: Set(columns.indices.filter { words.contains(columns[$0]) }))
  }

  private static func markdown(_ header: [String], _ rows: [[String]]) -> String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map { MarkdownText.cell($0.printable) }.joined(separator: " | ") + " |"
    }
    let rule = header.indices.map { $0 == 0 ? "---" : "---:" }
    return ([line(header), line(rule)] + rows.map(line)).joined(separator: "\n")
  }

  /// One line for each method and data set, one for each mean over data sets, and one for the pairs of
  /// all data sets together.
  ///
  /// Figures are as they are, not in per cent. Where settings were chosen, the setting and its
  /// figure of the validation split are two columns more.
  private func csv() -> String {
    var lines = [
      [
        "method", "data", "n", "mean", "std", "baseline", "pairs", "difference", "lower", "upper",
        "p", "p_holm", "hedges_g", "verdict", "best_on_test",
      ] + (comparison.choices == nil ? [] : ["setting", "val_mean"])
    ]
    func text(_ value: Double?) -> String { value.map(exact) ?? "" }
    let means = means.filter { $0.name != "mean of all" }
    for (index, method) in comparison.methods.enumerated() {
      for data in comparison.dataSets.map(Optional.some) + [nil] {
        let spread = data.flatMap { method.figures[$0] }
        let difference = comparison.differences.first {
          $0.method == method.label && $0.data == data
        }
        let mean = data == nil ? method.mean : spread?.mean
        guard mean != nil || difference != nil else { continue }
        lines.append(
          [
            method.label, data ?? "all data sets", spread.map { "\($0.count)" } ?? "", text(mean),
            text(spread?.deviation), difference?.baseline ?? "",
            difference.map { "\($0.paired.spread.count)" } ?? "",
            text(difference?.paired.spread.mean), text(difference?.paired.interval?.lower),
            text(difference?.paired.interval?.upper), text(difference?.paired.test.p),
            text(difference?.correctedP), text(difference?.paired.effect?.hedges),
            difference?.verdict.rawValue ?? "", method.bestOnTest == nil ? "no" : "yes",
          ] + chosenCells(method.label, data))
      }
      for mean in means {
        guard let value = mean.values[index] else { continue }
        lines.append(
          [method.label, mean.name, "", exact(value)] + [String](repeating: "", count: 10)
            + [method.bestOnTest == nil ? "no" : "yes"] + chosenCells(method.label, nil))
      }
    }
    return String(csvText(lines).dropLast())
  }

  /// The setting that was chosen for a method on a data set; no cells where none was to be chosen.
  private func chosenCells(_ method: String, _ data: String?) -> [String] {
    guard let choices = comparison.choices else { return [] }
    let choice = choices.first { $0.method == method && $0.data == data }
    return [choice?.setting ?? "", choice.map { exact($0.validation.mean) } ?? ""]
  }
}
