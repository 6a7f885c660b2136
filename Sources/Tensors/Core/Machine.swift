import CKernels
import COpenBLAS

/// What the operations run on, for `petl doctor` and for the records of a run.
package enum Machine {
  /// The instruction set of the kernels in use: baseline, avx2, avx512, avx512vnni or
  /// avx512bf16.
  package static var kernels: String { unsafe String(cString: Kernels.table.name) }

  /// Whether the kernels in use have instructions for bfloat16 products.
  package static var hasBFloat16: Bool { kernels == "avx512bf16" }

  /// Whether the kernels in use have instructions for products of 8-bit integers.
  package static var hasInt8: Bool { ["avx512vnni", "avx512bf16"].contains(kernels) }

  /// OpenBLAS's own description: version and options.
  ///
  /// Asked for once: the library writes it into one buffer at every call, whatever thread reads it.
  package static let blas: String = {
    _ = GEMM.isSwitched
    return unsafe openblas_get_config().map { unsafe String(cString: $0) } ?? "OpenBLAS"
  }()

  /// The CPU whose kernels OpenBLAS uses, such as SkylakeX.
  package static let blasCore: String = {
    _ = GEMM.isSwitched
    return unsafe openblas_get_corename().map { unsafe String(cString: $0) } ?? "unknown"
  }()

  /// Whether OpenBLAS was switched to kernels that it had not chosen by itself.
  package static var isBLASSwitched: Bool { GEMM.isSwitched }

  /// The rate of 32-bit matrix products of 1576 × 768 × 768, in 10⁹ operations a second: the best of
  /// several.
  package static func measureProducts() -> Double {
    rate { DenseFrozenMap(weight: $0, bias: nil).apply(to: $1, into: $2) }
  }

  /// The same for products with a frozen weight, packed by this package's own kernels.
  package static func measureFrozenProducts(precision: FrozenPrecision = .single) -> Double {
    var map: (any FrozenMap)?
    return rate { weight, x, y in
      if map == nil { map = FrozenProducts.own(weight: weight, bias: nil, precision: precision) }
      map?.apply(to: x, into: y)
    }
  }

  /// What sharing work between all threads costs, in seconds: how much longer than 50 µs it takes
  /// when each of them works for 50 µs; the median of many in a row, so that no thread sleeps.
  package static func measureSharing() -> Double {
    let clock = ContinuousClock()
    let seconds = (0..<501).map { _ in
      clock.measure {
        Workers.run(Workers.count) { _ in
          let end = clock.now + .microseconds(50)
          while clock.now < end {}
        }
      } / .seconds(1)
    }
    return max(0, seconds.sorted()[seconds.count / 2] - 50e-6)
  }

  private static func rate(_ product: (_ weight: Tensor, _ x: Tensor, _ y: Tensor) -> Void)
    -> Double
  {
    let (m, n, k) = (1576, 768, 768)
    let x = Tensor(repeating: 0.5, shape: [m, k])
    let weight = Tensor(repeating: 0.25, shape: [n, k])
    let y = Tensor(uninitialized: [m, n])
    let clock = ContinuousClock()
    let seconds = (0..<12).map { _ in clock.measure { product(weight, x, y) } / .seconds(1) }
    return 2 * Double(m * n * k) / (seconds.min() ?? 1) / 1e9
  }
}
