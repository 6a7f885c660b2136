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

  static func copy(
    shape: [Int], from x: Tensor, offset xOffset: Int = 0, strides xs: [Int], to y: Tensor,
    targetOffset yOffset: Int = 0, strides ys: [Int]
  ) {
    require(shape.count <= 8, "At most 8 axes.")
    unsafe petl_strided_copy(
      Int32(shape.count), shape, xs, ys, x.pointer + xOffset, y.pointer + yOffset)
  }

  /// Adds x to y, which must be set.
  static func add(
    shape: [Int], from x: Tensor, offset xOffset: Int = 0, strides xs: [Int], to y: Tensor,
    targetOffset yOffset: Int = 0, strides ys: [Int]
  ) {
    require(shape.count <= 8, "At most 8 axes.")
    unsafe petl_strided_add(
      Int32(shape.count), shape, xs, ys, x.pointer + xOffset, y.pointer + yOffset)
  }

  /// y = a op b, broadcast to y's shape.
  static func broadcastBinary(_ operation: Binary, _ a: Tensor, _ b: Tensor, into y: Tensor) {
    require(y.rank <= 8, "At most 8 axes.")
    unsafe petl_strided_binary(
      Int32(operation.rawValue), Int32(y.rank), y.shape, broadcastStrides(a.shape, to: y.shape),
      broadcastStrides(b.shape, to: y.shape), a.pointer, b.pointer, y.pointer)
  }
}
