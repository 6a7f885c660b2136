import Networks
import PETL
import Ranks

/// What a network is trained for: its examples, the loss of a step, and how splits are measured.
protocol TrainingTask {
  /// The network with its adapters.
  var network: any TrainedNetwork { get }
  /// How many training examples an epoch goes through.
  var exampleCount: Int { get }
  /// What the user should know of the data, a sentence each.
  var notes: [Note] { get }

  /// The order in which an epoch goes through the examples.
  ///
  /// - Parameters:
  ///   - order: a random one of all examples.
  ///   - batchSize: how many go together; the last ones may be fewer.
  /// - Returns: the same examples.
  func arranged(_ order: [Int], batchSize: Int) -> [Int]

  /// How many tokens some training examples have; nil where they are no texts.
  func tokens(in batch: [Int]) -> Int?

  /// Reads what the answers to some training examples need; nothing where all is in memory.
  ///
  /// - Parameters:
  ///   - batch: which examples.
  ///   - epoch: a stream that is the same in all steps of an epoch.
  /// - Throws: `DiagnosticError` when a file cannot be read any more.
  func prepare(_ batch: [Int], epoch: RandomGenerator) throws

  /// What the network answers to some training examples.
  ///
  /// - Parameters:
  ///   - batch: which examples.
  ///   - epoch: a stream that is the same in all steps of an epoch.
  ///   - pass: whether this is training, and where subspaces are left.
  ///   - isAdapted: whether the adapters take part; the head does always.
  /// - Returns: answers whose gradient reaches everything that is trained.
  func answers(
    to batch: [Int], epoch: RandomGenerator, pass: ForwardPass, isAdapted: Bool
  ) -> NetworkAnswers

  /// The answers whose features are given: those of a batch that went through the network in parts.
  ///
  /// - Parameter features: of each tower, [examples, width], or [tokens to predict, width].
  /// - Returns: answers whose logits are computed from them.
  func answers(from features: [Tensor]) -> NetworkAnswers

  /// The tokens of the longest text of some training examples, to which the others are filled up; nil of images.
  ///
  /// - Parameters:
  ///   - batch: which examples.
  ///   - epoch: a stream that is the same in all steps of an epoch.
  /// - Returns: how many tokens; nil of images.
  func longest(of batch: [Int], epoch: RandomGenerator) -> Int?

  /// The loss of the task, a scalar, without regularizers.
  ///
  /// - Parameters:
  ///   - answers: to the batch.
  ///   - batch: which examples.
  ///   - epoch: the stream that the answers were given with.
  /// - Returns: a differentiable function of the answers.
  func loss(of answers: NetworkAnswers, to batch: [Int], epoch: RandomGenerator) -> Tensor

  /// How much the loss of some examples counts beside that of others in one step: what it is a mean over. nil where it is
  /// no such mean, or only the loss itself knows: then it is computed of the whole batch together.
  func lossWeight(of batch: [Int]) -> Int?

  /// The class of each example, the place of its own text among those of the batch, or the token to predict at each
  /// row of the answers.
  func labels(of batch: [Int]) -> [Int]

  /// The figures of the validation split.
  ///
  /// - Parameter ranks: who measures together.
  /// - Returns: the figures; nil without such a split.
  func validate(_ ranks: any Ranks) -> Evaluation?

  /// The figures of the test split.
  ///
  /// - Parameter ranks: who measures together.
  /// - Returns: the figures; nil without such a split.
  func test(_ ranks: any Ranks) -> Evaluation?

  /// What is wrong about the answers to the test split, or else the validation split.
  ///
  /// - Parameters:
  ///   - ranks: who measures together.
  ///   - isTested: whether nothing was trained since `test`, whose answers are then taken.
  /// - Returns: nil without such a split, and where an example has not one class.
  func mistakes(_ ranks: any Ranks, isTested: Bool) -> Mistakes?
}

extension TrainingTask {
  /// The random order itself.
  func arranged(_ order: [Int], batchSize: Int) -> [Int] { order }

  /// Nothing.
  func prepare(_ batch: [Int], epoch: RandomGenerator) throws {}

  /// No texts.
  func tokens(in batch: [Int]) -> Int? { nil }

  /// No texts.
  func longest(of batch: [Int], epoch: RandomGenerator) -> Int? { nil }

  /// No classes.
  func mistakes(_ ranks: any Ranks, isTested: Bool) -> Mistakes? { nil }
}
