import CKernels

/// How the numbers of a frozen weight are stored: each by itself, or in blocks along a row that share a
/// scale, named as GGUF files name them, and after them those of mlx and bitsandbytes, laid out here.
package enum BlockFormat: String, CaseIterable, Sendable {
  /// IEEE single precision.
  case f32 = "F32"
  /// IEEE half precision.
  case f16 = "F16"
  /// The upper half of single precision.
  case bf16 = "BF16"
  /// 32 numbers of 8 bits, times a scale.
  case q80 = "Q8_0"
  /// 32 numbers of 4 bits from −8 on, times a scale.
  case q40 = "Q4_0"
  /// 32 numbers of 4 bits, times a scale, plus a minimum.
  case q41 = "Q4_1"
  /// 32 numbers of 5 bits from −16 on, times a scale.
  case q50 = "Q5_0"
  /// 32 numbers of 5 bits, times a scale, plus a minimum.
  case q51 = "Q5_1"
  /// 256 numbers of 4 bits, with a scale of 6 bits and a minimum for each 32.
  case q4K = "Q4_K"
  /// 256 numbers of 5 bits, with a scale of 6 bits and a minimum for each 32.
  case q5K = "Q5_K"
  /// 256 numbers of 6 bits from −32 on, with a scale of 8 bits for each 16.
  case q6K = "Q6_K"
  /// 32 numbers of 4 bits, times a scale, plus a bias, both in single precision: mlx's groups.
  case affine4By32 = "affine, 4 bits in groups of 32"
  /// 64 numbers of 4 bits, times a scale, plus a bias, both in single precision: mlx's groups.
  case affine4By64 = "affine, 4 bits in groups of 64"
  /// 32 numbers of 8 bits, times a scale, plus a bias, both in single precision: mlx's groups.
  case affine8By32 = "affine, 8 bits in groups of 32"
  /// 64 numbers of 8 bits, times a scale, plus a bias, both in single precision: mlx's groups.
  case affine8By64 = "affine, 8 bits in groups of 64"
  /// 64 numbers of 4 bits that stand for quantiles of a normal distribution, times a scale in single precision:
  /// QLoRA's, as bitsandbytes has them.
  case nf4 = "NF4"

  /// How many numbers a block has.
  package var length: Int {
    switch self {
    case .f32, .f16, .bf16: 1
    case .q80, .q40, .q41, .q50, .q51, .affine4By32, .affine8By32: 32
    case .affine4By64, .affine8By64, .nf4: 64
    case .q4K, .q5K, .q6K: 256
    }
  }

  /// How many bytes a block takes.
  package var byteCount: Int {
    switch self {
    case .f32: 4
    case .f16, .bf16: 2
    case .q80: 34
    case .q40: 18
    case .q41: 20
    case .q50: 22
    case .q51: 24
    case .q4K: 144
    case .q5K: 176
    case .q6K: 210
    case .affine4By32: 24
    case .affine4By64, .affine8By32: 40
    case .affine8By64: 72
    case .nf4: 36
    }
  }

  /// Whether numbers share a scale.
  package var isQuantized: Bool { length > 1 }

  /// The kernels' code.
  var code: Int32 {
    let format =
      switch self {
      case .f32: PETL_F32
      case .f16: PETL_F16
      case .bf16: PETL_BF16
      case .q80: PETL_Q8_0
      case .q40: PETL_Q4_0
      case .q41: PETL_Q4_1
      case .q50: PETL_Q5_0
      case .q51: PETL_Q5_1
      case .q4K: PETL_Q4_K
      case .q5K: PETL_Q5_K
      case .q6K: PETL_Q6_K
      case .affine4By32: PETL_AFFINE4_32
      case .affine4By64: PETL_AFFINE4_64
      case .affine8By32: PETL_AFFINE8_32
      case .affine8By64: PETL_AFFINE8_64
      case .nf4: PETL_NF4
      }
    return Int32(format.rawValue)
  }

  /// The numbers of whole blocks.
  ///
  /// - Parameter bytes: whole blocks.
  /// - Returns: in the order of the bytes.
  package func unpacked(_ bytes: [UInt8]) -> [Float] {
    require(bytes.count % byteCount == 0, "\(bytes.count) bytes are no blocks of \(rawValue).")
    let blocks = bytes.count / byteCount
    return unsafe [Float](unsafeUninitializedCapacity: blocks * length) { target, initialized in
      unsafe bytes.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        Workers.split(blocks, grain: max(1, Kernels.grain / length)) { part in
          unsafe Kernels.table.unpack_blocks(
            code, part.count, from + part.lowerBound * byteCount, to + part.lowerBound * length)
        }
      }
      initialized = blocks * length
    }
  }

  /// Numbers as blocks of Q8_0, rounded as llama.cpp does it: the largest magnitude of a block is 127.
  ///
  /// - Parameter values: finite, in whole blocks of 32; larger magnitudes than 127 × 65504 have no scale
  ///   in half precision.
  /// - Returns: 34 bytes for each block.
  package static func quantizedQ80(_ values: [Float]) -> [UInt8] {
    let format = BlockFormat.q80
    require(values.count % format.length == 0, "\(values.count) numbers are no blocks of 32.")
    let blocks = values.count / format.length
    let bytes = blocks * format.byteCount
    return unsafe [UInt8](unsafeUninitializedCapacity: bytes) { target, initialized in
      unsafe values.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        Workers.split(blocks, grain: Kernels.grain / format.length) { part in
          unsafe Kernels.table.quantize_q8_0(
            part.count, from + part.lowerBound * format.length,
            to + part.lowerBound * format.byteCount)
        }
      }
      initialized = bytes
    }
  }
}
