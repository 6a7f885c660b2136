/// How another library lays out the numbers of a tensor that timm has in PyTorch's way.
enum TensorLayout: Sendable {
  /// The same axes.
  case same
  /// Leading axes of length 1 are left out: a class token [width], positions [tokens, width].
  case squeezed
  /// A linear map as [in, out].
  case transposed
  /// A convolution's kernel as [height, width, in, out] instead of [out, in, height, width] (JAX).
  case kernel
  /// A linear map to heads, [in, heads, head width] instead of [heads · head width, in] (JAX).
  case toHeads
  /// A linear map from heads, [heads, head width, out] instead of [out, heads · head width] (JAX).
  case fromHeads
  /// A bias of heads, [heads, head width] instead of [heads · head width] (JAX).
  case headBias

  /// The shape in the file of what has this shape for us.
  func stored(_ shape: [Int], heads: Int) -> [Int] {
    switch self {
    case .same: shape
    case .squeezed: Array(shape.drop { $0 == 1 })
    case .transposed: shape.reversed()
    case .kernel: [shape[2], shape[3], shape[1], shape[0]]
    case .toHeads: [shape[1], heads, shape[0] / heads]
    case .fromHeads: [heads, shape[1] / heads, shape[0]]
    case .headBias: [heads, shape[0] / heads]
    }
  }

  /// How many axes a tensor of so many has in the file.
  func storedRank(_ rank: Int) -> Int {
    switch self {
    case .same, .transposed, .kernel: rank
    case .squeezed: rank == 3 ? 2 : rank
    case .toHeads, .fromHeads: 3
    case .headBias: 2
    }
  }

  /// The shape for us of what has this shape in the file; nil when it has other axes.
  func own(_ shape: [Int], rank: Int) -> [Int]? {
    switch self {
    case .same: return shape
    case .squeezed:
      return shape.count > rank ? nil : Array(repeating: 1, count: rank - shape.count) + shape
    case .transposed: return shape.count == 2 ? shape.reversed() : nil
    case .kernel:
      return shape.count == 4 ? [shape[3], shape[2], shape[0], shape[1]] : nil
    case .toHeads: return shape.count == 3 ? [shape[1] * shape[2], shape[0]] : nil
    case .fromHeads: return shape.count == 3 ? [shape[2], shape[0] * shape[1]] : nil
    case .headBias: return shape.count == 2 ? [shape[0] * shape[1]] : nil
    }
  }

  /// The numbers in our order.
  ///
  /// - Parameters:
  ///   - values: in the file's order.
  ///   - shape: ours.
  /// - Returns: as many.
  func read(_ values: [Float], shape: [Int]) -> [Float] {
    switch self {
    case .same, .squeezed, .headBias: return values
    case .transposed, .toHeads, .fromHeads:
      return Self.transposed(values, rows: shape[1], columns: shape[0])
    case .kernel:
      // [height · width · in, out] to [out, in, height · width].
      let (area, inputs) = (shape[2] * shape[3], shape[1])
      let rows = Self.transposed(values, rows: area * inputs, columns: shape[0])
      return stride(from: 0, to: rows.count, by: area * inputs).flatMap {
        Self.transposed(rows[$0..<$0 + area * inputs], rows: area, columns: inputs)
      }
    }
  }

  /// The numbers in the file's order: the inverse of `read`.
  ///
  /// - Parameters:
  ///   - values: in our order.
  ///   - shape: ours.
  /// - Returns: as many.
  func write(_ values: [Float], shape: [Int]) -> [Float] {
    switch self {
    case .same, .squeezed, .headBias: return values
    case .transposed, .toHeads, .fromHeads:
      return Self.transposed(values, rows: shape[0], columns: shape[1])
    case .kernel:
      let (area, inputs) = (shape[2] * shape[3], shape[1])
      let rows = stride(from: 0, to: values.count, by: area * inputs).flatMap {
        Self.transposed(values[$0..<$0 + area * inputs], rows: inputs, columns: area)
      }
      return Self.transposed(rows, rows: shape[0], columns: area * inputs)
    }
  }

  /// The transpose of [rows, columns].
  private static func transposed(
    _ values: some RandomAccessCollection<Float>, rows: Int, columns: Int
  ) -> [Float] {
    let start = values.startIndex
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for column in 0..<columns {
      for row in 0..<rows {
        result.append(values[values.index(start, offsetBy: row * columns + column)])
      }
    }
    return result
  }
}
