import PETL

/// The type of the numbers of a tensor in a GGUF file, numbered as there.
///
/// All types whose size is known are listed, so that files are looked into; `format` is nil for those that
/// are not unpacked here.
public enum GGUFTensorType: UInt32, CaseIterable, Sendable {
  /// IEEE single precision.
  case f32 = 0
  /// IEEE half precision.
  case f16 = 1
  /// 4 bits and a scale for 32 numbers.
  case q40 = 2
  /// 4 bits, a scale and a minimum for 32 numbers.
  case q41 = 3
  /// 5 bits and a scale for 32 numbers.
  case q50 = 6
  /// 5 bits, a scale and a minimum for 32 numbers.
  case q51 = 7
  /// 8 bits and a scale for 32 numbers.
  case q80 = 8
  /// 8 bits, a scale and a sum for 32 numbers; for activations.
  case q81 = 9
  /// 2 bits in blocks of 256.
  case q2K = 10
  /// 3 bits in blocks of 256.
  case q3K = 11
  /// 4 bits in blocks of 256.
  case q4K = 12
  /// 5 bits in blocks of 256.
  case q5K = 13
  /// 6 bits in blocks of 256.
  case q6K = 14
  /// 8 bits in blocks of 256; for activations.
  case q8K = 15
  /// About 2 bits, by a table.
  case iq2XXS = 16
  /// About 2 bits, by a table.
  case iq2XS = 17
  /// About 3 bits, by a table.
  case iq3XXS = 18
  /// About 1.5 bits, by a table.
  case iq1S = 19
  /// 4 bits, by a table.
  case iq4NL = 20
  /// About 3 bits, by a table.
  case iq3S = 21
  /// About 2 bits, by a table.
  case iq2S = 22
  /// 4 bits in blocks of 256, by a table.
  case iq4XS = 23
  /// A signed number of 8 bits.
  case i8 = 24
  /// A signed number of 16 bits.
  case i16 = 25
  /// A signed number of 32 bits.
  case i32 = 26
  /// A signed number of 64 bits.
  case i64 = 27
  /// IEEE double precision.
  case f64 = 28
  /// About 1.75 bits, by a table.
  case iq1M = 29
  /// The upper half of single precision.
  case bf16 = 30
  /// Three values, five to a byte.
  case tq10 = 34
  /// Three values, four to a byte.
  case tq20 = 35
  /// 4-bit floating point with a scale for 32 numbers.
  case mxfp4 = 39

  /// Its name in llama.cpp, the numbers of a block, and the bytes of a block.
  private var facts: (name: String, length: Int, bytes: Int) {
    switch self {
    case .f32: ("F32", 1, 4)
    case .f16: ("F16", 1, 2)
    case .q40: ("Q4_0", 32, 18)
    case .q41: ("Q4_1", 32, 20)
    case .q50: ("Q5_0", 32, 22)
    case .q51: ("Q5_1", 32, 24)
    case .q80: ("Q8_0", 32, 34)
    case .q81: ("Q8_1", 32, 40)
    case .q2K: ("Q2_K", 256, 84)
    case .q3K: ("Q3_K", 256, 110)
    case .q4K: ("Q4_K", 256, 144)
    case .q5K: ("Q5_K", 256, 176)
    case .q6K: ("Q6_K", 256, 210)
    case .q8K: ("Q8_K", 256, 292)
    case .iq2XXS: ("IQ2_XXS", 256, 66)
    case .iq2XS: ("IQ2_XS", 256, 74)
    case .iq3XXS: ("IQ3_XXS", 256, 98)
    case .iq1S: ("IQ1_S", 256, 50)
    case .iq4NL: ("IQ4_NL", 32, 18)
    case .iq3S: ("IQ3_S", 256, 110)
    case .iq2S: ("IQ2_S", 256, 82)
    case .iq4XS: ("IQ4_XS", 256, 136)
    case .i8: ("I8", 1, 1)
    case .i16: ("I16", 1, 2)
    case .i32: ("I32", 1, 4)
    case .i64: ("I64", 1, 8)
    case .f64: ("F64", 1, 8)
    case .iq1M: ("IQ1_M", 256, 56)
    case .bf16: ("BF16", 1, 2)
    case .tq10: ("TQ1_0", 256, 54)
    case .tq20: ("TQ2_0", 256, 66)
    case .mxfp4: ("MXFP4", 32, 17)
    }
  }

  /// Its name in llama.cpp, such as Q4_K.
  public var name: String { facts.name }
  /// How many numbers a block has; 1 where each is by itself.
  public var blockLength: Int { facts.length }
  /// How many bytes a block takes.
  public var blockByteCount: Int { facts.bytes }

  /// The blocks that are unpacked here; nil for the others.
  package var format: BlockFormat? { BlockFormat(rawValue: name) }

  /// Whether its numbers are floating-point numbers that are read here.
  public var isReadable: Bool { format != nil || self == .f64 }

  /// The type as a store of tensors tells it: quantised numbers are handed out in single precision.
  var scalar: ScalarType { ScalarType(rawValue: name) ?? .f32 }
}
