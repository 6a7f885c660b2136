/// The first batches of a stage, for starts that the data decide.
///
/// Nothing here is random: dropout and drop-path are off, and the batches are those that training begins
/// with.
public struct TrainingStart {
  /// How many batches there are.
  public let batches: Int
  private let asks: (Int) -> any StepObjective
  private let reads: (Int) -> [String: Tensor]

  /// Makes a start.
  ///
  /// - Parameters:
  ///   - batches: how many there are.
  ///   - objective: the loss of a batch, by its number from 0.
  ///   - inputs: the inputs of the adapters' sites, by their names, of a batch.
  public init(
    batches: Int, objective: @escaping (Int) -> any StepObjective,
    inputs: @escaping (Int) -> [String: Tensor]
  ) {
    (self.batches, asks, reads) = (batches, objective, inputs)
  }

  /// The task's loss on a batch, without regularizers, with the parameters as they are when it is asked.
  ///
  /// - Parameter batch: its number, from 0 to below `batches`, else the program stops with both.
  /// - Returns: as `Optimizer.prepare` gets it.
  public func objective(_ batch: Int = 0) -> any StepObjective {
    check(batch)
    return asks(batch)
  }

  /// What the adapters take as their inputs on a batch; prompts take none.
  ///
  /// - Parameter batch: its number, from 0 to below `batches`, else the program stops with both.
  /// - Returns: [tokens, width] by the names of the sites.
  public func inputs(_ batch: Int = 0) -> [String: Tensor] {
    check(batch)
    return reads(batch)
  }

  private func check(_ batch: Int) {
    require(
      (0..<batches).contains(batch), "Batch \(batch) is none of the first \(batches).")
  }
}
