import COneDNN

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What multiplies by frozen weights.
package enum FrozenProducts: String, CaseIterable, Sendable {
  /// Kernels of this package.
  case own
  /// OpenBLAS, in 32-bit floats only.
  case openblas
  /// oneDNN, where it is built in.
  case onednn

  /// The environment variable PETL_PRODUCTS as it was at the first product, for experiments.
  package static let wanted: String? = unsafe getenv("PETL_PRODUCTS").map {
    unsafe String(cString: $0)
  }

  /// What is used: what PETL_PRODUCTS names if it is there, else this package's kernels.
  package static let selected: FrozenProducts = {
    let named = wanted.flatMap(FrozenProducts.init) ?? .own
    return named == .onednn && oneDNNVersion == nil ? .own : named
  }()

  /// A frozen map from a weight [out, in] and a bias [out], by what is selected.
  ///
  /// What the selected library lacks is done by this package's kernels. A weight that is too large for 8 bits stays in
  /// 32-bit floats.
  package static func map(
    weight: Tensor, bias: Tensor?, precision: FrozenPrecision = .single
  ) -> any FrozenMap {
    switch selected {
    case .openblas where precision == .single: DenseFrozenMap(weight: weight, bias: bias)
    case .onednn where precision == .single || precision == .mixed && hasMixedOneDNN:
      OneDNNFrozenMap(weight: weight, bias: bias, precision: precision)
        ?? own(weight: weight, bias: bias, precision: precision)
    case .own, .openblas, .onednn: own(weight: weight, bias: bias, precision: precision)
    }
  }

  /// The same by this package's kernels.
  static func own(
    weight: Tensor, bias: Tensor?, precision: FrozenPrecision = .single
  ) -> any FrozenMap {
    guard precision == .int8 else {
      return PackedFrozenMap(weight: weight, bias: bias, precision: precision)
    }
    return QuantizedFrozenMap(weight: weight, bias: bias)
      ?? PackedFrozenMap(weight: weight, bias: bias)
  }

  /// A frozen map from a weight [out, in] that stays in its blocks, and a bias [out]; always by this
  /// package's kernels.
  package static func map(
    blocks weight: BlockMatrix, bias: Tensor?, precision: FrozenPrecision = .single
  ) -> any FrozenMap {
    BlockFrozenMap(weight: weight, bias: bias, precision: precision)
  }

  /// The version of oneDNN, such as 2.6.3; nil where it is not built in.
  package static var oneDNNVersion: String? {
    unsafe petl_onednn_version().map { unsafe String(cString: $0) }
  }

  /// The instruction set that oneDNN uses, in its words, such as avx512_core_bf16.
  package static var oneDNNInstructions: String { unsafe String(cString: petl_onednn_isa()) }

  /// Whether oneDNN is built in and this CPU has instructions for its bfloat16 products.
  static var hasMixedOneDNN: Bool { petl_onednn_has_bf16() }
}
