/// A tensor of a whole batch as the start of a graph of its own, and how its gradient goes back into the graphs of the
/// batch's parts.
final class JoinedTensor {
  /// The values, which require a gradient.
  let leaf: Tensor
  private let source: (PassedPart) -> Tensor?
  private let share: (_ gradient: Tensor, _ part: Int, _ source: Tensor) -> Tensor?

  /// Makes a tensor from others of the parts.
  ///
  /// - Parameters:
  ///   - value: the values.
  ///   - source: the tensor of a part that the values are a function of.
  ///   - share: from the gradient of the values, the number of a part and its tensor to that tensor's gradient; nil where
  ///     there is none.
  init(
    _ value: Tensor, source: @escaping (PassedPart) -> Tensor?,
    share: @escaping (_ gradient: Tensor, _ part: Int, _ source: Tensor) -> Tensor?
  ) {
    leaf = value.differentiable()
    (self.source, self.share) = (source, share)
  }

  /// Rows of the parts, one part below the other.
  ///
  /// - Parameters:
  ///   - parts: the numbers of each part, whole rows.
  ///   - width: numbers in a row.
  ///   - source: the rows of a part, [rows, width].
  convenience init(rows parts: [[Float]], width: Int, source: @escaping (PassedPart) -> Tensor?) {
    var starts = [0]
    for part in parts { starts.append(starts[starts.count - 1] + part.count / width) }
    self.init(
      Tensor(parts.flatMap { $0 }, shape: [starts[starts.count - 1], width]), source: source
    ) { gradient, part, _ in
      gradient.sliced(axis: 0, starts[part]..<starts[part + 1])
    }
  }

  /// A tensor that every part has the same of, because it depends on no example: its gradient goes into the first part
  /// alone.
  convenience init(common value: Tensor, source: @escaping (PassedPart) -> Tensor?) {
    self.init(value.detached(), source: source) { gradient, part, _ in part == 0 ? gradient : nil }
  }

  /// The tensor of a part with its share of the gradient; nil where nothing arrived.
  func share(
    of gradients: Gradients, in part: PassedPart, number: Int
  ) -> (tensor: Tensor, gradient: Tensor)? {
    guard let gradient = gradients[leaf], let tensor = source(part), tensor.requiresGradient,
      let share = noGradient({ share(gradient, number, tensor.detached()) })
    else { return nil }
    return (tensor, share)
  }
}
