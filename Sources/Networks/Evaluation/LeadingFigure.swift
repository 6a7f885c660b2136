/// The figure of an evaluation that a task is known by: what tables, charts and live views show first.
public struct LeadingFigure: Sendable, Hashable {
  /// Its name, such as `accuracy`.
  public let name: String
  /// Its value.
  public let value: Double
  /// Whether it is a share, 0 … 1, which is shown in per cent.
  public let isShare: Bool
  /// Its value in words, with its name where that is not accuracy.
  public let text: String
}

extension Evaluation {
  /// Accuracy; in retrieval the sum of recalls, of a language model the perplexity, of numbers Pearson's correlation, of
  /// several labels a text their F1.
  public var leading: LeadingFigure {
    if let recalls {
      let sum = recalls.sum
      return LeadingFigure(name: "rsum", value: sum, isShare: false, text: "rsum \(fixed(sum, 1))")
    }
    if let perplexity {
      return LeadingFigure(
        name: "perplexity", value: perplexity, isShare: false, text: "ppl \(fixed(perplexity, 3))")
    }
    if let texts {
      if texts.isOfNumbers {
        let shown = texts.pearson.map { fixed($0, 4) } ?? "–"
        return LeadingFigure(
          name: "Pearson", value: accuracy, isShare: false, text: "Pearson \(shown)")
      }
      if let f1 = texts.f1, texts.matthews == nil {
        return LeadingFigure(
          name: "micro F1", value: f1, isShare: true, text: "micro F1 \(percent(f1))")
      }
    }
    return LeadingFigure(
      name: "accuracy", value: accuracy, isShare: true, text: percent(accuracy))
  }
}
