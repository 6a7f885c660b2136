/// What a network answers to a batch.
public final class NetworkAnswers {
  /// The features of the batch, [examples, width]; of a network with two towers those of the images,
  /// then those of the texts, each of length 1.
  public let features: [Tensor]
  /// A row of scores for each example: [examples, classes], or its similarity to every text of the
  /// batch, [examples, texts].
  public private(set) lazy var logits: Tensor = makeLogits()

  private let makeLogits: () -> Tensor

  /// Makes answers.
  ///
  /// - Parameters:
  ///   - features: of each tower, [examples, width].
  ///   - logits: computes the scores, at most once.
  public init(features: [Tensor], logits: @escaping () -> Tensor) {
    (self.features, makeLogits) = (features, logits)
  }
}
