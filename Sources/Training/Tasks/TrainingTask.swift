import Networks
import PETL

/// What a network is trained for: its examples, the loss of a step, and how splits are measured.
protocol TrainingTask {
  /// The network with its adapters.
  var network: any TrainedNetwork { get }
  /// How many training examples an epoch goes through.
  var exampleCount: Int { get }
  /// What the user should know of the data, a sentence each.
  var notes: [Note] { get }

  /// The loss of the task on some training examples, a scalar, without regularizers.
  ///
  /// - Parameters:
  ///   - batch: which examples.
  ///   - epoch: a stream that is the same in all steps of an epoch.
  ///   - pass: whether this is training, and where subspaces are left.
  /// - Returns: its gradient reaches everything that is trained.
  func loss(of batch: [Int], epoch: RandomGenerator, pass: ForwardPass) -> Tensor

  /// The figures of the validation split; nil without one.
  func validate() -> Evaluation?

  /// The figures of the test split; nil without one.
  func test() -> Evaluation?
}
