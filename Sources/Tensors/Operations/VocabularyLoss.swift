extension Tensor {
  /// How many logits are there at a time, 128 MB (our choice).
  package static let vocabularyBudget = 1 << 25

  /// The cross-entropy of hidden states over a vocabulary: the sum of −log softmax(h Wᵀ)[target] over the
  /// rows that have a target, divided by a count.
  ///
  /// Logits are made for some rows at a time, and the gradient of the
  /// hidden states is computed with them: [tokens, vocabulary] is never whole in memory, and no logit is
  /// computed twice.
  ///
  /// - Parameters:
  ///   - head: W, from [..., width] to [..., vocabulary].
  ///   - targets: the token of each row, nil where a row does not count.
  ///   - count: what the sum is divided by, such as the counted tokens of a whole step.
  ///   - most: how many logits are there at a time.
  /// - Returns: a scalar. This tensor is the hidden states, [..., width].
  package func vocabularyLoss(
    head: any FrozenMap, targets: [Int?], dividingBy count: Float,
    atOnce most: Int = Tensor.vocabularyBudget
  ) -> Tensor {
    let rows = VocabularyRows(self, head, targets)
    let records = node != nil && GradientMode.isRecording
    let gradient = records ? Tensor.zeros([targets.count, head.inputWidth]) : nil
    var total = 0.0
    rows.forEachPart(hidden: self, head: head, atOnce: most) { part, logits, losses in
      Kernels.vocabularyLoss(
        logits, labels: rows.labels(part), losses: losses, gradient: records)
      total += losses.values.reduce(0) { $0 + Double($1) }
      guard let gradient else { return }
      let slopes = Tensor(uninitialized: [part.count, head.inputWidth])
      head.applyTransposed(to: logits, into: slopes, adding: false)
      Kernels.scatterRows(slopes, Array(rows.indices[part]), addingTo: gradient)
    }
    let sum = Tensor(Float(total / Double(count)))
    return .operation(sum, [node]) { [node, shape] dy, sink in
      guard let gradient else { return }
      sink.add(gradient.scaled(by: dy.item / count).reshaped(shape), to: node)
    }
  }

  /// log softmax(h Wᵀ)[target] of each row, without a gradient; 0 for a row without a target.
  ///
  /// - Parameters:
  ///   - head: W, from [..., width] to [..., vocabulary].
  ///   - targets: the token of each row, nil where a row does not count.
  ///   - most: how many logits are there at a time.
  /// - Returns: one for each row, at most 0. This tensor is the hidden states, [..., width].
  package func vocabularyLogProbabilities(
    head: any FrozenMap, targets: [Int?], atOnce most: Int = Tensor.vocabularyBudget
  ) -> [Float] {
    let rows = VocabularyRows(self, head, targets)
    var found = [Float](repeating: 0, count: targets.count)
    rows.forEachPart(hidden: self, head: head, atOnce: most) { part, logits, losses in
      Kernels.vocabularyLoss(logits, labels: rows.labels(part), losses: losses, gradient: false)
      for (row, loss) in zip(rows.indices[part], losses.values) { found[row] = -loss }
    }
    return found
  }
}

extension Tensor {
  /// log softmax(h Wᵀ)[target] of each row, and whether no other logit of the row is larger, without a gradient.
  ///
  /// - Parameters:
  ///   - head: W, from [..., width] to [..., vocabulary].
  ///   - targets: the token of each row.
  ///   - most: how many logits are there at a time.
  /// - Returns: a pair for each row. This tensor is the hidden states, [..., width].
  package func vocabularyPredictions(
    head: any FrozenMap, targets: [Int], atOnce most: Int = Tensor.vocabularyBudget
  ) -> [(logProbability: Float, isLargest: Bool)] {
    let rows = VocabularyRows(self, head, targets.map(Optional.init))
    var found: [(Float, Bool)] = []
    rows.forEachPart(hidden: self, head: head, atOnce: most) { part, logits, losses in
      let (labels, width) = (rows.labels(part), head.outputWidth)
      let values = logits.values
      let largest = labels.enumerated().map { row, label in
        let own = values[row * width + Int(label)]
        for column in row * width..<(row + 1) * width where values[column] > own { return false }
        return true
      }
      Kernels.vocabularyLoss(logits, labels: labels, losses: losses, gradient: false)
      found += zip(losses.values, largest).map { (-$0, $1) }
    }
    return found
  }
}

/// The rows of hidden states that have a target.
private struct VocabularyRows {
  let indices: [Int]
  private let targets: [Int32]

  init(_ hidden: Tensor, _ head: any FrozenMap, _ targets: [Int?]) {
    require(
      hidden.shape.last == head.inputWidth && Kernels.matrix(hidden).rows == targets.count,
      "\(targets.count) targets and a head for width \(head.inputWidth) do not fit \(hidden.shape)."
    )
    require(
      targets.allSatisfy { $0.map { 0..<head.outputWidth ~= $0 } ?? true },
      "A target is not one of \(head.outputWidth) tokens.")
    indices = targets.indices.filter { targets[$0] != nil }
    self.targets = targets.compactMap { $0.map(Int32.init) }
  }

  func labels(_ part: Range<Int>) -> [Int32] { Array(targets[part]) }

  /// Runs the body on equal parts of the rows, with their logits and a place for their losses.
  func forEachPart(
    hidden: Tensor, head: any FrozenMap, atOnce most: Int,
    _ body: (Range<Int>, _ logits: Tensor, _ losses: Tensor) -> Void
  ) {
    guard !indices.isEmpty else { return }
    let x = hidden.detached().reshaped([-1, head.inputWidth])
    let most = max(1, most / max(1, head.outputWidth))
    let parts = (indices.count + most - 1) / most
    let length = (indices.count + parts - 1) / parts
    let logits = Tensor(uninitialized: [length, head.outputWidth])
    for first in stride(from: 0, to: indices.count, by: length) {
      let part = first..<min(indices.count, first + length)
      let rows = Tensor(uninitialized: [part.count, head.inputWidth])
      Kernels.gatherRows(x, Array(indices[part]), into: rows)
      let own = logits.sliced(axis: 0, 0..<part.count)
      head.apply(to: rows, into: own)
      body(part, own, Tensor(uninitialized: [part.count]))
    }
  }
}
