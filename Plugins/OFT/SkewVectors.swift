import PETL

/// Skew-symmetric matrices by what stands above their diagonals, row by row: PEFT's OFT weights.
struct SkewVectors: Sendable {
  /// The rows and columns of a matrix.
  let size: Int
  /// For each element of a matrix its place in (vector, 0, −vector).
  private let places: [Int]

  /// How many numbers a matrix has.
  var count: Int { size * (size - 1) / 2 }

  init(size: Int) {
    self.size = size
    let count = size * (size - 1) / 2
    // What stands in the rows above, and in this row up to the column.
    func place(_ row: Int, _ column: Int) -> Int {
      row * size - row * (row + 1) / 2 + column - row - 1
    }
    places = (0..<size * size).map { element in
      let (row, column) = (element / size, element % size)
      if row == column { return count }
      return row < column ? place(row, column) : count + 1 + place(column, row)
    }
  }

  /// The matrices, [blocks, size, size], of vectors, [blocks, count].
  func matrices(_ vectors: Tensor) -> Tensor {
    let blocks = vectors.shape[0]
    let signed = Tensor.concatenated([vectors, .zeros([blocks, 1]), -vectors], axis: 1)
    return signed.transposed().gathered(places).transposed().reshaped([blocks, size, size])
  }
}
