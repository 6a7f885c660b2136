import Answers
import Networks
import Training

/// What `petl evaluate` tells of a split: its figures and, where asked for, those of each class.
struct EvaluationReport: Encodable {
  private let figures: Evaluation
  private let confusion: ConfusionMatrix?
  private let classes: [String]
  /// What is said first.
  private let headline: String
  private let showsClasses: Bool
  private let showsConfusion: Bool
  /// That the test split chose the run's epoch, in words; nil for others.
  private let bestOnTest: String?

  /// The largest count of classes whose confusion matrix fits a terminal.
  private static let fitting = 16
  /// How many confusions are listed where the matrix does not fit.
  private static let listed = 20

  /// Reports figures.
  ///
  /// - Parameters:
  ///   - measured: with a confusion matrix where classes are to be shown.
  ///   - headline: what is said first; accuracy and loss in a line where nil.
  ///   - showsClasses: whether each class is shown.
  ///   - showsConfusion: whether it is shown which classes were taken for which.
  ///   - bestOnTest: that the test split chose the run's epoch, in words; nil for others.
  init(
    _ measured: DetailedEvaluation, headline: String? = nil, showsClasses: Bool,
    showsConfusion: Bool, bestOnTest: String? = nil
  ) {
    (figures, classes) = (measured.evaluation, measured.classes)
    confusion = measured.confusion
    self.headline =
      headline ?? "\(measured.name): accuracy \(percent(figures.accuracy)), "
      + "loss \(fixed(figures.loss, 4)), \(figures.examples) examples"
      + (figures.redundancy.map { ", mean |ρ| \(fixed($0, 4))" } ?? "")
    self.showsClasses = showsClasses && confusion != nil
    self.showsConfusion = showsConfusion && confusion != nil
    self.bestOnTest = bestOnTest
  }

  private enum Key: String, CodingKey {
    case balancedAccuracy, classes, confusion, bestOnTest, perplexity
  }

  private struct ClassFigures: Encodable {
    let name: String
    let examples: Int
    let correct: Int
    let accuracy: Double?
  }

  /// The keys of `Evaluation`, `perplexity` of a language model, `balancedAccuracy` of classes, and `classes` and
  /// `confusion` where asked for.
  func encode(to encoder: any Encoder) throws {
    try figures.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(confusion?.balancedAccuracy, forKey: .balancedAccuracy)
    try container.encodeIfPresent(figures.perplexity, forKey: .perplexity)
    try container.encodeIfPresent(bestOnTest, forKey: .bestOnTest)
    guard let confusion else { return }
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

  /// The headline, and a table for each thing that was asked for.
  var text: String {
    var parts = [headline]
    if let bestOnTest { parts.append(bestOnTest) }
    guard let confusion else { return parts.joined(separator: "\n\n") }
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
      parts.append(classes.count <= Self.fitting ? matrix(confusion) : largest(confusion))
    }
    return parts.joined(separator: "\n\n")
  }

  private func matrix(_ confusion: ConfusionMatrix) -> String {
    let rows = classes.indices.map { index in
      [classes[index]] + confusion.counts[index].map { $0 == 0 ? "·" : "\($0)" }
    }
    return "true class by row, answer by column\n"
      + Terminal.table([""] + classes, rows)
  }

  /// The confusions that occur most often.
  private func largest(_ confusion: ConfusionMatrix) -> String {
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
    guard let confusion else { return "" }
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
