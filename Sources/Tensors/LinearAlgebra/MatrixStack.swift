/// The matrices of a tensor [..., rows, columns], in 64 bits: what factorisations of small matrices work on.
struct MatrixStack {
  /// The axes before the last two.
  let leading: [Int]
  let matrices: [DoubleMatrix]

  /// - Parameter tensor: two axes at least.
  init(_ tensor: Tensor) {
    require(tensor.rank >= 2, "A tensor of shape \(tensor.shape) is no matrix.")
    let (rows, columns) = (tensor.shape[tensor.rank - 2], tensor.shape[tensor.rank - 1])
    let values = tensor.values
    leading = Array(tensor.shape.dropLast(2))
    matrices = (0..<leading.reduce(1, *)).map { index in
      let part = values[index * rows * columns..<(index + 1) * rows * columns]
      return DoubleMatrix(part.map(Double.init), rows: rows, columns: columns)
    }
  }

  /// Square matrices, each replaced by half the sum with its transpose.
  init(symmetricPartOf tensor: Tensor) {
    require(
      tensor.rank >= 2 && tensor.shape[tensor.rank - 1] == tensor.shape[tensor.rank - 2],
      "\(tensor.shape) is no square matrix.")
    let stack = MatrixStack(tensor)
    self.init(leading: stack.leading, stack.matrices.map(\.symmetricPart))
  }

  init(leading: [Int], _ matrices: [DoubleMatrix]) {
    (self.leading, self.matrices) = (leading, matrices)
  }

  /// Matrices in the order of the stack, rounded to 32 bits, [..., rows, columns].
  func tensor(_ matrices: [DoubleMatrix], rows: Int, columns: Int) -> Tensor {
    Tensor(matrices.flatMap { $0.elements.map { Float($0) } }, shape: leading + [rows, columns])
  }

  /// Lines in the order of the stack, rounded to 32 bits, [..., length].
  func tensor(_ lines: [[Double]], length: Int) -> Tensor {
    Tensor(lines.flatMap { $0.map { Float($0) } }, shape: leading + [length])
  }
}
