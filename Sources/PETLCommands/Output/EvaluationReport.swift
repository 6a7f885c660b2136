import Answers
import Networks
import Training

/// What `petl evaluate` tells of a split: its figures and, where asked for, those of each class.
struct EvaluationReport: Encodable {
  private let figures: Evaluation
  private let confusion: ConfusionMatrix
  private let classes: [String]
  private let showsClasses: Bool
  private let showsConfusion: Bool
  /// That the test split chose the run's epoch, in words; nil for others.
  private let bestOnTest: String?

  /// The largest count of classes whose confusion matrix fits a terminal.
  private static let fitting = 16
  /// How many confusions are listed where the matrix does not fit.
  private static let listed = 20

  init(
    _ measured: (evaluation: Evaluation, confusion: ConfusionMatrix), classes: [String],
    showsClasses: Bool, showsConfusion: Bool, bestOnTest: String? = nil
  ) {
    (figures, confusion) = measured
    self.classes = classes
    self.showsClasses = showsClasses
    self.showsConfusion = showsConfusion
    self.bestOnTest = bestOnTest
  }

  private enum Key: String, CodingKey {
    case balancedAccuracy, classes, confusion, bestOnTest
  }

  private struct ClassFigures: Encodable {
    let name: String
    let examples: Int
    let correct: Int
    let accuracy: Double?
  }

  /// The keys of `Evaluation`, `balancedAccuracy`, and `classes` and `confusion` where asked for.
  func encode(to encoder: any Encoder) throws {
    try figures.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(confusion.balancedAccuracy, forKey: .balancedAccuracy)
    try container.encodeIfPresent(bestOnTest, forKey: .bestOnTest)
    if showsClasses {
      let list = classes.indices.map { index in
        ClassFigures(
          name: classes[index], examples: confusion.examples(of: index),
          correct: confusion.counts[index][index], accuracy: confusion.accuracy(of: index))
      }
      try container.encode(list, forKey: .classes)
    }
    if showsConfusion { try container.encode(confusion.counts, forKey: .confusion) }
  }

  /// One line, and a table for each thing that was asked for.
  func text(of split: String) -> String {
    var parts = [
      "\(split): accuracy \(percent(figures.accuracy)), "
        + "loss \(fixed(figures.loss, 4)), \(figures.examples) examples"
        + (figures.redundancy.map { ", mean |ρ| \(fixed($0, 4))" } ?? "")
    ]
    if let bestOnTest { parts.append(bestOnTest) }
    if showsClasses {
      let rows = classes.indices.map { index in
        [
          classes[index], "\(confusion.examples(of: index))",
          "\(confusion.counts[index][index])", percent(confusion.accuracy(of: index)),
        ]
      }
      parts.append(Terminal.table(["class", "examples", "correct", "accuracy"], rows))
      parts.append("mean over classes: \(percent(confusion.balancedAccuracy))")
    }
    if showsConfusion {
      parts.append(classes.count <= Self.fitting ? matrix : largest)
    }
    return parts.joined(separator: "\n\n")
  }

  private var matrix: String {
    let rows = classes.indices.map { index in
      [classes[index]] + confusion.counts[index].map { $0 == 0 ? "·" : "\($0)" }
    }
    return "true class by row, answer by column\n"
      + Terminal.table([""] + classes, rows)
  }

  /// The confusions that occur most often.
  private var largest: String {
    var found: [(label: Int, guess: Int, count: Int)] = []
    for (label, row) in confusion.counts.enumerated() {
      for (guess, count) in row.enumerated() where count > 0 && guess != label {
        found.append((label, guess, count))
      }
    }
    found.sort { ($1.count, $0.label, $0.guess) < ($0.count, $1.label, $1.guess) }
    let rows = found.prefix(Self.listed).map {
      [classes[$0.label], classes[$0.guess], "\($0.count)", "\(confusion.examples(of: $0.label))"]
    }
    return "the largest of \(found.count) confusions; --output writes the whole matrix\n"
      + Terminal.table(["true class", "taken for", "times", "of"], rows)
  }

  /// A line for each class, with `as NAME` columns of the confusion matrix where asked for.
  var csv: String {
    let columns = showsConfusion ? classes.map { "as \($0)" } : []
    let rows = classes.indices.map { index in
      [
        classes[index], "\(confusion.examples(of: index))",
        "\(confusion.counts[index][index])",
        confusion.accuracy(of: index).map { fixed($0, 6) } ?? "",
      ] + (showsConfusion ? confusion.counts[index].map(String.init) : [])
    }
    return csvText([["class", "examples", "correct", "accuracy"] + columns] + rows)
  }
}
