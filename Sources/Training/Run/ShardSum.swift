import Optimization
import PETL
import Ranks

/// What the shards of a batch add up to in a step.
struct ShardSum {
  /// The gradient of the task, or of everything, and of each penalty that is measured.
  var gradients: [Gradients] = []
  /// The loss of the task, each part with its share.
  var loss = 0.0
  /// What plugins logged.
  var logged: [String: FigureLog.Total] = [:]

  /// Both together.
  static func + (a: ShardSum, b: ShardSum) -> ShardSum {
    var sum = a
    for (index, gradients) in b.gradients.enumerated() { sum.gradients[index].add(gradients) }
    sum.loss += b.loss
    sum.logged.merge(b.logged) { own, other in
      var total = own
      total.sum += other.sum
      total.count += other.count
      return total
    }
    return sum
  }
}

/// A sum as it is sent to other ranks: a head, and the numbers of all gradients.
struct SentSums: Codable {
  /// A sum without its numbers.
  struct Head: Codable {
    let loss: Double
    let logged: [String: FigureLog.Total]
    /// The parameters, by their place, that each gradient has numbers for.
    let parameters: [[Int]]
  }

  let heads: [Head]
  /// Whether this rank was asked to end the run.
  let stops: Bool

  /// Sums as bytes.
  ///
  /// - Parameters:
  ///   - sums: in the order of the rank's nodes.
  ///   - parameters: what is trained.
  ///   - stops: whether this rank was asked to end the run.
  /// - Returns: a message that `decoded` reads.
  static func encoded(_ sums: [ShardSum], _ parameters: [Parameter], stops: Bool) -> [UInt8] {
    var numbers: [Float] = []
    let heads = sums.map { sum in
      Head(
        loss: sum.loss, logged: sum.logged,
        parameters: sum.gradients.map { gradients in
          parameters.indices.filter { index in
            guard let gradient = gradients[parameters[index].value] else { return false }
            numbers += gradient.values
            return true
          }
        })
    }
    return PackedMessage(SentSums(heads: heads, stops: stops), numbers).bytes
  }

  /// The sums of a message.
  ///
  /// - Parameters:
  ///   - bytes: of another rank, or this one.
  ///   - parameters: what is trained.
  /// - Returns: the sums, and whether that rank was asked to end the run.
  /// - Throws: `DiagnosticError` when the bytes are no such message.
  static func decoded(
    _ bytes: [UInt8], _ parameters: [Parameter]
  ) throws -> (sums: [ShardSum], stops: Bool) {
    let message = try PackedMessage<SentSums>(bytes)
    var rest = message.numbers[...]
    let sums = try message.head.heads.map { head in
      let gradients = try head.parameters.map { indices in
        var gradients = Gradients()
        for index in indices {
          let value = parameters[index].value
          guard rest.count >= value.count else { throw PackedMessage<SentSums>.torn }
          gradients.replace(
            value, with: Tensor(Array(rest.prefix(value.count)), shape: value.shape))
          rest = rest.dropFirst(value.count)
        }
        return gradients
      }
      return ShardSum(
        gradients: gradients, loss: head.loss, logged: head.logged)
    }
    return (sums, message.head.stops)
  }
}
