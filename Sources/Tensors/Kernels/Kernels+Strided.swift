import CKernels

/// Kernels over tensors with strides: permutations, slices, broadcasts.
extension Kernels {
  /// The strides of a contiguous tensor of that shape.
  static func strides(_ shape: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  /// The strides that read a tensor of `shape` as one of `target`: 0 along what is repeated.
  static func broadcastStrides(_ shape: [Int], to target: [Int]) -> [Int] {
    let own = strides(shape)
    let missing = target.count - shape.count
    return target.indices.map { axis in
      let mine = axis - missing
      return mine < 0 || (shape[mine] == 1 && target[axis] != 1) ? 0 : own[mine]
    }
  }

  /// Copies elements, each to a place of its own.
  static func copy(
    shape: [Int], from x: Tensor, offset xOffset: Int = 0, strides xs: [Int], to y: Tensor,
    targetOffset yOffset: Int = 0, strides ys: [Int]
  ) {
    require(shape.count <= 8, "At most 8 axes.")
    splitLines(of: shape) { r in
      unsafe petl_strided_copy(
        Int32(shape.count), shape, r.lowerBound, r.count, xs, ys, x.pointer + xOffset,
        y.pointer + yOffset)
    }
  }

  /// Adds x to y, which must be set.
  ///
  /// Each thread has elements of y to itself, so the order of additions does not depend on their number.
  static func add(
    shape: [Int], from x: Tensor, offset xOffset: Int = 0, strides xs: [Int], to y: Tensor,
    targetOffset yOffset: Int = 0, strides ys: [Int]
  ) {
    require(shape.count <= 8, "At most 8 axes.")
    func add(_ shape: [Int], _ first: Int, _ axis: Int) {
      let rows = shape.dropLast().reduce(1, *)
      unsafe petl_strided_add(
        Int32(shape.count), shape, 0, rows, xs, ys, x.pointer + xOffset + first * xs[axis],
        y.pointer + yOffset + first * ys[axis])
    }
    let own = shape.indices.filter { ys[$0] != 0 }
    guard let axis = own.max(by: { shape[$0] < shape[$1] }), shape[axis] > 1 else {
      let rows = shape.dropLast().reduce(1, *)
      return unsafe petl_strided_add(
        Int32(shape.count), shape, 0, rows, xs, ys, x.pointer + xOffset, y.pointer + yOffset)
    }
    let others = shape.reduce(1, *) / shape[axis]
    let isLast = axis == shape.count - 1
    Workers.split(
      shape[axis], grain: max(isLast ? 16 : 1, grain / max(1, others)), multiple: isLast ? 16 : 1
    ) { r in
      var part = shape
      part[axis] = r.count
      add(part, r.lowerBound, axis)
    }
  }

  /// y = a op b, broadcast to y's shape.
  static func broadcastBinary(_ operation: Binary, _ a: Tensor, _ b: Tensor, into y: Tensor) {
    require(y.rank <= 8, "At most 8 axes.")
    let (shape, last) = (y.shape, y.shape.last ?? 1)
    let (xs, ys) = (broadcastStrides(a.shape, to: shape), broadcastStrides(b.shape, to: shape))
    splitLines(of: shape) { r in
      unsafe petl_strided_binary(
        Int32(operation.rawValue), Int32(shape.count), shape, r.lowerBound, r.count, xs, ys,
        a.pointer, b.pointer, y.pointer + r.lowerBound * last)
    }
  }

  /// Splits the rows along the last axis between the threads.
  private static func splitLines(
    of shape: [Int], function: StaticString = #function, _ body: (Range<Int>) -> Void
  ) {
    let (rows, last) = (shape.dropLast().reduce(1, *), shape.last ?? 1)
    Workers.split(
      rows, grain: max(1, grain / max(1, last)), function: function, file: #fileID, body)
  }
}
