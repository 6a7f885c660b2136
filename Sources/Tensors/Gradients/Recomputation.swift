extension Tensor {
  /// Runs a part of a network without keeping what its gradient needs: the way back runs it again.
  ///
  /// What is kept is the input and what comes out. The part must compute the same both times.
  ///
  /// - Parameters:
  ///   - input: what the part is given.
  ///   - parameters: the leaves that the part may depend on beside it.
  ///   - first: the part, which is run once now.
  ///   - again: the same, which is run on the way back.
  /// - Returns: what the part gives, with a gradient where it depends on something that has one.
  package static func recomputing(
    _ input: Tensor, parameters: [Tensor], first: (Tensor) -> [Tensor],
    again: @escaping (Tensor) -> [Tensor]
  ) -> [Tensor] {
    let nodes = ([input.node] + parameters.map(\.node)).compactMap(\.self)
    guard !nodes.isEmpty, GradientMode.isRecording else { return first(input) }
    let values = input.detached()
    let found = noGradient { first(values) }.map { $0.detached() }
    let arrived = ArrivedGradients(count: found.count)
    // It is older than what comes out of it, so that the walk has all gradients when it comes here.
    let origin = GradientNode(shape: [], inputs: nodes) { [node = input.node] _, sink in
      let leaf = values.differentiable()
      let gradients = GradientMode.$isRecording.withValue(true) {
        arrived.backward(through: again(leaf))
      }
      if let gradient = gradients[leaf] { sink.add(gradient, to: node) }
      gradients.forEach { leafNode, gradient in
        if leafNode !== leaf.node { sink.add(gradient, to: leafNode) }
      }
    }
    return found.enumerated().map { index, result in
      let node = GradientNode(shape: result.shape, inputs: [origin]) { gradient, sink in
        arrived.add(gradient, at: index)
        sink.add(Tensor(1).reshaped([]), to: origin)
      }
      return Tensor(
        shape: result.shape, storage: result.storage, offset: result.offset, node: node)
    }
  }
}

/// The gradients of several results that came so far.
private final class ArrivedGradients {
  private var gradients: [Tensor?]

  init(count: Int) { gradients = Array(repeating: nil, count: count) }

  func add(_ gradient: Tensor, at index: Int) { gradients[index] = gradient }

  /// The gradients of the leaves that the results depend on.
  func backward(through results: [Tensor]) -> Gradients {
    require(
      results.map(\.shape.count).count == gradients.count,
      "A part of a network gave \(gradients.count) results, and \(results.count) when it was run again."
    )
    let own = gradients
    gradients = Array(repeating: nil, count: own.count)
    let pairs = zip(results, own).filter { $0.0.node != nil && $0.1 != nil }
    return Tensor.custom(from: pairs.map(\.0), result: Tensor(0)) { _ in pairs.map(\.1) }
      .backward()
  }
}
