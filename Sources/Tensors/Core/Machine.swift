import CKernels
import COpenBLAS

/// What the operations run on, for `petl doctor` and for the records of a run.
public enum Machine {
  /// The instruction set of the kernels in use: baseline, avx2 or avx512.
  public static var kernels: String { unsafe String(cString: Kernels.table.name) }

  /// OpenBLAS's own description: version and options.
  public static var blas: String {
    unsafe openblas_get_config().map { unsafe String(cString: $0) } ?? "OpenBLAS"
  }

  /// The CPU whose kernels OpenBLAS uses, such as SkylakeX.
  public static var blasCore: String {
    _ = GEMM.isSwitched
    return unsafe openblas_get_corename().map { unsafe String(cString: $0) } ?? "unknown"
  }

  /// Whether OpenBLAS was switched to kernels that it had not chosen by itself.
  public static var isBLASSwitched: Bool { GEMM.isSwitched }

  /// The rate of 32-bit matrix products of 1576 × 768 × 768, in 10⁹ operations a second: the best of
  /// several.
  public static func measureProducts() -> Double {
    let (m, n, k) = (1576, 768, 768)
    let a = Tensor(repeating: 0.5, shape: [m, k])
    let b = Tensor(repeating: 0.25, shape: [n, k])
    let c = Tensor(uninitialized: [m, n])
    let clock = ContinuousClock()
    let seconds = (0..<12).map { _ in
      clock.measure { GEMM.multiply(.init(a), .init(b, transposed: true), into: .init(c)) }
        / .seconds(1)
    }
    return 2 * Double(m * n * k) / (seconds.min() ?? 1) / 1e9
  }
}
