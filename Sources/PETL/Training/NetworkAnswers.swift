/// What a network answers to a batch.
public final class NetworkAnswers {
  /// The features of the batch, [examples, width]; of a network with two towers those of the images,
  /// then those of the texts, each of length 1.
  public private(set) lazy var features: [Tensor] = makeFeatures()
  /// A row of scores for each example: [examples, classes], or its similarity to every text of the
  /// batch, [examples, texts].
  public private(set) lazy var logits: Tensor = makeLogits()

  private let makeFeatures: () -> [Tensor]
  private let makeLogits: () -> Tensor

  /// Makes answers.
  ///
  /// - Parameters:
  ///   - features: of each tower, [examples, width].
  ///   - logits: computes the scores, at most once.
  public init(features: [Tensor], logits: @escaping () -> Tensor) {
    (makeFeatures, makeLogits) = ({ features }, logits)
  }

  /// Makes answers whose features are brought together only if they are asked for.
  ///
  /// - Parameters:
  ///   - features: gives those of each tower, the same each time.
  ///   - logits: computes the scores from them, at most once.
  package init(joining features: @escaping () -> [Tensor], logits: @escaping ([Tensor]) -> Tensor) {
    (makeFeatures, makeLogits) = (features, { logits(features()) })
  }
}
