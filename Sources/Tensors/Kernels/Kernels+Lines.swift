#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Kernels over lines of numbers, with sums in 64 bits.
extension Kernels {
  /// Running sums along the middle axis of [outer, length, inner], from the front or from the back.
  static func cumulativeSum(
    _ x: Tensor, outer: Int, length: Int, inner: Int, fromBack: Bool, into y: Tensor
  ) {
    Workers.split(outer, grain: max(1, grain / max(1, length * inner))) { range in
      for block in range {
        for column in 0..<inner {
          var sum = 0.0
          for step in 0..<length {
            let place = fromBack ? length - 1 - step : step
            let i = (block * length + place) * inner + column
            sum += unsafe Double(x.pointer[i])
            unsafe y.pointer[i] = Float(sum)
          }
        }
      }
    }
  }

  /// y[row] = (Σ |x|^p)^(1/p) of each row; the largest |x| for p = ∞.
  static func rowNorms(_ x: Tensor, power p: Double, into y: Tensor) {
    let (rows, cols) = matrix(x)
    Workers.split(rows, grain: max(1, grain / max(1, cols))) { range in
      for row in range {
        var sum = 0.0
        for i in row * cols..<(row + 1) * cols {
          let value = unsafe Double(abs(x.pointer[i]))
          if p == 2 {
            sum += value * value
          } else if p == 1 {
            sum += value
          } else if p == .infinity {
            if !(value <= sum) { sum = value }
            if sum.isNaN { break }
          } else {
            sum += pow(value, p)
          }
        }
        let norm = p == 2 ? sum.squareRoot() : p == 1 || p == .infinity ? sum : pow(sum, 1 / p)
        unsafe y.pointer[row] = Float(norm)
      }
    }
  }

  /// dx = dy sign(x) (|x| / y)^(p − 1), 0 where the norm y is; for p = ∞ in equal parts at the largest.
  static func rowNormsBackward(
    _ x: Tensor, y: Tensor, dy: Tensor, power p: Double, into dx: Tensor
  ) {
    let (rows, cols) = matrix(x)
    Workers.split(rows, grain: max(1, grain / max(1, cols))) { range in
      for row in range {
        let norm = unsafe Double(y.pointer[row])
        let own = unsafe Double(dy.pointer[row])
        var ties = 0.0
        if p == .infinity {
          for i in row * cols..<(row + 1) * cols
          where unsafe Double(abs(x.pointer[i])) == norm { ties += 1 }
        }
        for i in row * cols..<(row + 1) * cols {
          let value = unsafe Double(x.pointer[i])
          let sign = value > 0 ? 1.0 : value < 0 ? -1 : value
          let slope: Double
          if norm == 0 {
            slope = 0
          } else if p == 2 {
            slope = value / norm
          } else if p == 1 {
            slope = sign
          } else if p == .infinity {
            slope = abs(value) == norm ? sign / ties : 0
          } else {
            slope = sign * pow(abs(value) / norm, p - 1)
          }
          unsafe dx.pointer[i] = Float(own * slope)
        }
      }
    }
  }

  /// y[row] = log Σ exp(x) of each row.
  static func rowLogSums(_ x: Tensor, into y: Tensor) {
    let (rows, cols) = matrix(x)
    Workers.split(rows, grain: max(1, grain / 8 / max(1, cols))) { range in
      for row in range {
        var top = -Double.infinity
        for i in row * cols..<(row + 1) * cols {
          let value = unsafe Double(x.pointer[i])
          if !(value <= top) { top = value }
          if top.isNaN { break }
        }
        var sum = 0.0
        if top.isFinite {
          for i in row * cols..<(row + 1) * cols {
            sum += unsafe exp(Double(x.pointer[i]) - top)
          }
        }
        unsafe y.pointer[row] = Float(top.isFinite ? top + log(sum) : top)
      }
    }
  }

  /// y = x^p, element by element.
  static func power(_ x: Tensor, _ p: Double, scaledBy factor: Double = 1, into y: Tensor) {
    Workers.split(x.count, grain: grain / 8) { range in
      for i in range { unsafe y.pointer[i] = Float(factor * pow(Double(x.pointer[i]), p)) }
    }
  }
}
