/// Kernels that choose among elements.
extension Kernels {
  /// y = the larger (or smaller) of two tensors of one shape, NaN going through; and how much of it is the
  /// first's, 1 or 0, or a half where they are equal.
  static func select(_ a: Tensor, _ b: Tensor, larger: Bool, into y: Tensor, share: Tensor) {
    Workers.split(y.count, grain: grain) { range in
      for i in range {
        let (p, q) = unsafe (a.pointer[i], b.pointer[i])
        let isFirst = (larger ? p > q : p < q) || p.isNaN
        unsafe y.pointer[i] = isFirst ? p : q
        unsafe share.pointer[i] = isFirst ? 1 : p == q ? 0.5 : 0
      }
    }
  }

  /// y[row] = the largest (or smallest) of each row; NaN where a row has one.
  static func rowExtremes(_ x: Tensor, largest: Bool, into y: Tensor) {
    let (rows, cols) = matrix(x)
    Workers.split(rows, grain: max(1, grain / cols)) { range in
      for row in range {
        var found = unsafe x.pointer[row * cols]
        for i in row * cols..<(row + 1) * cols {
          let value = unsafe x.pointer[i]
          if value.isNaN || (largest ? value > found : value < found) { found = value }
          if found.isNaN { break }
        }
        unsafe y.pointer[row] = found
      }
    }
  }

  /// dx = dy in equal parts at the elements of each row that are the row's y, 0 elsewhere.
  static func rowExtremesBackward(_ x: Tensor, y: Tensor, dy: Tensor, into dx: Tensor) {
    let (rows, cols) = matrix(x)
    Workers.split(rows, grain: max(1, grain / cols)) { range in
      for row in range {
        let wanted = unsafe y.pointer[row]
        var ties: Float = 0
        for i in row * cols..<(row + 1) * cols where unsafe x.pointer[i] == wanted { ties += 1 }
        let part = unsafe dy.pointer[row] / max(1, ties)
        for i in row * cols..<(row + 1) * cols {
          unsafe dx.pointer[i] = unsafe x.pointer[i] == wanted ? part : 0
        }
      }
    }
  }

  /// The first `count` places of each row in rising or falling order, row after row; of equal elements the
  /// earlier comes first, and NaN counts as the largest.
  static func rowOrder(_ x: Tensor, descending: Bool, count: Int) -> [Int] {
    let (rows, cols) = matrix(x)
    var order = [Int](repeating: 0, count: rows * count)
    unsafe order.withUnsafeMutableBufferPointer { order in
      guard let target = order.baseAddress else { return }
      // Safe: no two rows write to the same places, and the array outlives the work.
      nonisolated(unsafe) let base = unsafe target
      Workers.split(rows, grain: max(1, 1024 / max(1, cols))) { range in
        for row in range {
          let line = unsafe UnsafeBufferPointer(start: x.pointer + row * cols, count: cols)
          func isBefore(_ i: Int, _ j: Int) -> Bool {
            let (a, b) = unsafe (line[i], line[j])
            if a == b || (a.isNaN && b.isNaN) { return i < j }
            let isLess = b.isNaN || a < b
            return descending ? !isLess : isLess
          }
          let sorted = (0..<cols).sorted(by: isBefore)
          for k in 0..<count { unsafe base[row * count + k] = sorted[k] }
        }
      }
    }
    return order
  }

  /// y[row, k] = x[row, places[row, k]].
  static func gatherInRows(_ x: Tensor, _ places: [Int], into y: Tensor) {
    let (rows, cols) = matrix(x)
    let count = places.count / max(1, rows)
    for row in 0..<rows {
      for k in row * count..<(row + 1) * count {
        unsafe y.pointer[k] = unsafe x.pointer[row * cols + places[k]]
      }
    }
  }

  /// The reverse of `gatherInRows`: dx[row, places[row, k]] += dy[row, k].
  static func scatterInRows(_ dy: Tensor, _ places: [Int], addingTo dx: Tensor) {
    let (rows, cols) = matrix(dx)
    let count = places.count / max(1, rows)
    for row in 0..<rows {
      for k in row * count..<(row + 1) * count {
        unsafe dx.pointer[row * cols + places[k]] += dy.pointer[k]
      }
    }
  }
}
