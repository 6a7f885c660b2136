import Networks
import PETL
import Ranks

extension Ranks {
  /// Gives all ranks what the first took from its store of stages.
  ///
  /// - Parameters:
  ///   - found: what the first rank found, whose network has its parameters already; that of others is not looked at.
  ///   - network: gets the parameters of the first rank's.
  /// - Returns: the stage on every rank; nil where the first found none.
  /// - Throws: `DiagnosticError` when another rank does not come in time, or has another network.
  func shared(_ found: StoredStage?, _ network: any TrainedNetwork) throws -> StoredStage? {
    if isAlone { return found }
    let stored = network.stored
    var own: [UInt8] = []
    if isFirst {
      let values = found == nil ? [] : stored.flatMap { $0.parameter.value.values }
      own = PackedMessage(try [found].compactMap { try $0?.encoded() }, values).bytes
    }
    let message = try PackedMessage<[String]>(gathered(own)[0])
    guard let text = message.head.first else { return nil }
    if isFirst { return found }
    guard message.numbers.count == stored.reduce(0, { $0 + $1.parameter.value.count }) else {
      throw PackedMessage<[String]>.torn
    }
    var rest = message.numbers[...]
    for (_, parameter) in stored {
      let values = rest.prefix(parameter.value.count)
      rest = rest.dropFirst(values.count)
      parameter.update(to: Tensor(Array(values), shape: parameter.value.shape))
    }
    return try StoredStage(encoded: text)
  }
}
