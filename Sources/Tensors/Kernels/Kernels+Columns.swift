import CKernels

/// A scale and a shift for each column of some rows.
extension Kernels {
  /// y = x + (x ⊙ scale + shift); y may be x.
  ///
  /// - Parameters:
  ///   - x: [rows, cols].
  ///   - scale: [cols].
  ///   - shift: [cols]; nil for none.
  ///   - y: [rows, cols].
  static func scaleColumns(
    _ x: GEMM.Matrix, by scale: Tensor, shift: Tensor?, into y: GEMM.Matrix
  ) {
    Workers.split(x.rows, grain: max(1, grain / max(1, x.cols))) { r in
      unsafe table.scale_columns(
        r.count, x.cols, x.start + r.lowerBound * x.stride, x.stride, scale.pointer,
        shift.map { unsafe $0.pointer }, y.start + r.lowerBound * y.stride, y.stride)
    }
  }

  /// The way back: adds Σ dy ⊙ x to `scale`'s gradient and Σ dy to that of the shift, which must be set, and sets
  /// dx = dy + dy ⊙ scale.
  ///
  /// Each thread takes columns, so the order of additions does not depend on their number.
  static func scaleColumnsBackward(
    _ dy: GEMM.Matrix, x: GEMM.Matrix?, scale: Tensor, dscale: Tensor?, dshift: Tensor?,
    into dx: GEMM.Matrix?
  ) {
    Workers.split(dy.cols, grain: max(16, grain / max(1, dy.rows)), multiple: 16) { r in
      let c = r.lowerBound
      unsafe table.scale_columns_backward(
        dy.rows, r.count, dy.start + c, dy.stride, x.map { unsafe $0.start + c },
        x?.stride ?? 0, scale.pointer + c, dscale.map { unsafe $0.pointer + c },
        dshift.map { unsafe $0.pointer + c }, dx.map { unsafe $0.start + c }, dx?.stride ?? 0)
    }
  }
}

extension GEMM.Matrix {
  /// Where it begins in memory.
  @unsafe fileprivate var start: UnsafeMutablePointer<Float> { unsafe tensor.pointer + offset }
}
