import CKernels

/// A product y = x w with a matrix w [inner, outer] that is made part by part: some columns, and of them
/// some rows, at a time.
struct BlockProduct {
  /// How many rows a part has at least and at most: multiples of 512, so that sums are cut as in whole
  /// products, also where two numbers share a float.
  private static let depths = (least: 512, most: 1024)
  /// The numbers that a part has at most where it has not the fewest rows.
  private static let partCount = 1 << 16

  /// [rows, inner].
  let x: Tensor
  let inner: Int
  /// [rows, outer].
  let y: Tensor
  let outer: Int
  /// How many columns are made at a time: whole panels.
  let width: Int
  let precision: FrozenPrecision

  /// Makes the product, finished.
  ///
  /// - Parameters:
  ///   - finish: what becomes of each element.
  ///   - bias: [outer], added.
  ///   - fill: writes the part of some rows and columns of w into scratch memory, row by row, or column by
  ///     column, and says whether it was column by column.
  func run(
    _ finish: MapFinish, bias: Tensor?,
    _ fill: (_ steps: Range<Int>, _ columns: Range<Int>, _ scratch: Tensor) -> Bool
  ) {
    require(
      x.shape.last == inner && y.shape.last == outer && x.count * outer == y.count * inner,
      "\(x.shape) × [\(inner), \(outer)] is not \(y.shape).")
    let rows = outer == 0 ? 0 : y.count / outer
    guard rows > 0 else { return }
    let isHalf = precision == .mixed
    let input = isHalf ? pairs(rows) : x
    let stride = isHalf ? (inner + 1) / 2 : inner
    let depth = Self.partCount / width >= Self.depths.most ? Self.depths.most : Self.depths.least
    let groups = (outer + width - 1) / width
    let (code, other) = finish.kernel
    let grain = max(1, (1 << 17) / max(1, width * inner * min(rows, 16)))
    let columnParts = max(1, min(Workers.count, groups / grain))
    let length = (groups + columnParts - 1) / columnParts
    // Where there are more workers than groups of columns, rows are split too: parts are made twice then.
    let rowParts = rows < 64 ? 1 : max(1, Workers.count / columnParts)
    let height = ((rows + rowParts - 1) / rowParts + 5) / 6 * 6
    Workers.run(columnParts * rowParts) { task in
      let row = task / columnParts * height
      let group = task % columnParts * length
      guard row < rows, group < groups else { return }
      let scratch = Tensor(uninitialized: [width * min(depth, inner)])
      let packed = Tensor(uninitialized: [width * (min(depth, inner) + 1)])
      for first in (group..<min(groups, group + length)).lazy.map({ $0 * width }) {
        let columns = first..<min(outer, first + width)
        for start in Swift.stride(from: 0, to: inner, by: depth) {
          let steps = start..<min(inner, start + depth)
          let isTurned = fill(steps, columns, scratch)
          unsafe Kernels.table.pack_panels(
            isHalf, isTurned, steps.count, columns.count, scratch.pointer,
            isTurned ? steps.count : columns.count, packed.pointer)
          unsafe Kernels.table.packed_part(
            isHalf, min(height, rows - row), isHalf ? (steps.count + 1) / 2 : steps.count,
            columns.count, input.pointer + row * stride + (isHalf ? start / 2 : start), stride,
            packed.pointer, bias.map { unsafe UnsafePointer($0.pointer + first) },
            y.pointer + row * outer + first, outer, code,
            other.map { unsafe $0.pointer + row * outer + first }, outer, start == 0,
            steps.upperBound == inner)
        }
      }
    }
  }

  /// The rows of x in bfloat16, two in a float.
  private func pairs(_ rows: Int) -> Tensor {
    let width = (inner + 1) / 2
    let result = Tensor(uninitialized: [rows * width])
    Workers.split(rows, grain: max(1, Kernels.grain / inner)) { part in
      unsafe Kernels.table.half_rows(
        part.count, inner, x.pointer + part.lowerBound * inner, inner,
        result.pointer + part.lowerBound * width)
    }
    return result
  }
}
