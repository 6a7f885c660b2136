import PETL

extension Tensor {
  /// A loss of each row, with its slopes in double precision: what the losses here share.
  ///
  /// - Parameter loss: from a row of logits and its number to the loss and its slope for each logit.
  /// - Returns: [rows], differentiable. This tensor is the logits, [rows, classes].
  func lossesByRow(
    _ loss: (_ row: ArraySlice<Float>, _ number: Int) -> (value: Double, slopes: [Double])
  ) -> Tensor {
    require(rank == 2, "Logits are [images, classes], not \(shape).")
    let (rows, classes, logits) = (shape[0], shape[1], values)
    var losses: [Float] = []
    var slopes: [Float] = []
    for row in 0..<rows {
      let found = loss(logits[row * classes..<(row + 1) * classes], row)
      losses.append(Float(found.value))
      slopes += found.slopes.map { Float($0) }
    }
    let slope = Tensor(slopes, shape: [rows, classes])
    return .custom(from: [self], result: Tensor(losses, shape: [rows])) { gradient in
      [slope * gradient.reshaped([rows, 1])]
    }
  }

  /// Cross-entropy of each row with a target of its own, −Σ t_c log softmax_c.
  ///
  /// - Parameter target: the weight of each class in a row's loss.
  /// - Returns: [rows].
  func crossEntropies(_ target: (_ row: Int) -> [Double]) -> Tensor {
    lossesByRow { row, number in
      let (logarithms, targets) = (logProbabilities(of: row), target(number))
      let mass = targets.reduce(0, +)
      return (
        -zip(targets, logarithms).reduce(0) { $1.0 == 0 ? $0 : $0 + $1.0 * $1.1 },
        zip(targets, logarithms).map { mass * exponential($1) - $0 }
      )
    }
  }
}
