import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Blocks of any numbers, with scales that are finite.
private func blocks(_ format: BlockFormat, rows: Int, columns: Int, seed: UInt64) -> BlockMatrix {
  let count = rows * (columns / format.length)
  let noise = sample(count * format.byteCount, seed)
  var bytes = noise.map { UInt8(truncatingIfNeeded: Int($0.bitPattern >> 9)) }
  // Small scales in half precision where the format has them, small numbers where it has none.
  let scales: [Int] =
    switch format {
    case .f32, .f16, .bf16: []
    case .q80, .q40, .q50: [0]
    case .q41, .q51, .q4K, .q5K: [0, 2]
    case .q6K: [208]
    case .affine4By32, .affine4By64, .affine8By32, .affine8By64: [2, 6]
    case .nf4: [2]
    }
  for block in 0..<count {
    let start = block * format.byteCount
    for scale in scales {
      let (mask, exponent): (UInt8, UInt8) =
        format.code >= BlockFormat.affine4By32.code ? (0x80, 0x3C) : (0x83, 0x20)
      bytes[start + scale + 1] = bytes[start + scale + 1] & mask | exponent
    }
    if scales.isEmpty {
      let last = start + format.byteCount - 1
      bytes[last] = bytes[last] & 0x80 | 0x3C
    }
  }
  return BlockMatrix(format: format, rows: rows, columns: columns, bytes: bytes)
}

@Suite("Frozen maps in blocks")
struct BlockFrozenMapTests {
  /// Around panels and parts: few and many rows, and sums of more than a part.
  static let sizes: [(rows: Int, blocks: Int, outputs: Int)] = [
    (7, 1, 3), (1, 3, 130), (65, 2, 33), (3, 40, 65), (20, 1, 1100), (1, 1, 5), (1, 40, 64),
    (1, 9, 1100),
  ]

  @Test("give the bits of unpacked ones", arguments: BlockFormat.allCases, FrozenPrecision.floating)
  func bits(format: BlockFormat, precision: FrozenPrecision) {
    for (rows, count, outputs) in Self.sizes {
      let columns =
        [1: count * 13, 32: count * 32, 64: count * 64][format.length] ?? 256 * ((count + 8) / 9)
      let matrix = blocks(format, rows: outputs, columns: columns, seed: 1)
      let bias = count % 2 == 0 ? nil : sample([outputs], 2)
      let map = BlockFrozenMap(weight: matrix, bias: bias, precision: precision)
      let packed = PackedFrozenMap(weight: matrix.unpacked(), bias: bias, precision: precision)
      let x = sample([rows, columns], 3)
      let (y, z) = (
        Tensor(uninitialized: [rows, outputs]), Tensor(uninitialized: [rows, outputs])
      )
      let other = sample([rows, outputs], 4)
      let (slope, wanted) = (Tensor(uninitialized: other.shape), Tensor(uninitialized: other.shape))
      for (one, two) in [
        (MapFinish.none, MapFinish.none), (.adding(other), .adding(other)),
        (.scaling(by: other), .scaling(by: other)), (.gelu(slope: slope), .gelu(slope: wanted)),
        (.quickGELU(slope: slope), .quickGELU(slope: wanted)),
      ] {
        map.apply(to: x, into: y, finish: one)
        packed.apply(to: x, into: z, finish: two)
        #expect(y.values.map(\.bitPattern) == z.values.map(\.bitPattern), "\(rows) \(columns)")
      }
      #expect(slope.values.map(\.bitPattern) == wanted.values.map(\.bitPattern))
      let (dx, dz) = (Tensor(uninitialized: x.shape), Tensor(uninitialized: x.shape))
      let stream = sample(x.shape, 5)
      for finish in [MapFinish.none, .adding(stream), .scaling(by: stream)] {
        map.applyTransposed(to: other, into: dx, finish: finish)
        packed.applyTransposed(to: other, into: dz, finish: finish)
        #expect(dx.values.map(\.bitPattern) == dz.values.map(\.bitPattern), "\(rows) \(columns)")
      }
    }
  }

  @Test("give the same bits for any number of threads", arguments: [1, 2, 3, 7])
  func threads(count: Int) {
    let map = FrozenProducts.map(
      blocks: blocks(.q40, rows: 600, columns: 320, seed: 1), bias: sample([600], 2))
    let (x, up) = (sample([70, 320], 3), sample([70, 600], 4))
    func results() -> [Float] {
      let leaf = x.differentiable()
      let y = leaf.mapped(by: map)
      return y.values + (y.backward(from: up)[leaf]?.values ?? [])
    }
    let one = Workers.with(count: 1) { results() }
    #expect(Workers.with(count: count) { results() } == one)
  }

  @Test("give rows, parts and other orders")
  func rows() {
    let matrix = blocks(.q4K, rows: 9, columns: 512, seed: 7)
    let whole = matrix.unpacked().values
    func row(_ i: Int) -> ArraySlice<Float> { whole[i * 512..<(i + 1) * 512] }
    #expect(matrix.gathering([4, 0, 8, 4]).values == Array(row(4) + row(0) + row(8) + row(4)))
    #expect(matrix.gathering([]).shape == [0, 512])
    let part = matrix.rows(3..<6)
    #expect(part.unpacked().values == Array(row(3) + row(4) + row(5)))
    #expect(part.gathering([2]).values == Array(row(5)))
    #expect(part.selecting([2, 0]).unpacked().values == Array(row(5) + row(3)))
    let x = sample([2, 512], 3)
    let y = x.mapped(by: BlockFrozenMap(weight: part, bias: nil))
    let z = x.mapped(by: PackedFrozenMap(weight: part.unpacked(), bias: nil))
    #expect(y.values == z.values)
  }
}

@Suite("Kernels of blocks")
struct BlockKernelTests {
  @Test("unpack to the same bits in every set", arguments: KernelSet.all, BlockFormat.allCases)
  func unpacking(set: KernelSet, format: BlockFormat) {
    let matrix = blocks(format, rows: 3, columns: 7 * format.length, seed: 5)
    let bytes = matrix.selecting([0, 1, 2]).storedBytes
    var values = [Float](repeating: .nan, count: 21 * format.length + 1)
    unsafe set.functions.unpack_blocks(format.code, 21, bytes, &values)
    #expect(values.dropLast().map(\.bitPattern) == matrix.unpacked().values.map(\.bitPattern))
    #expect(values.last?.isNaN == true)
  }

  @Test("pack Q8_0 to the same bytes in every set", arguments: KernelSet.all)
  func packing(set: KernelSet) {
    var values = sample(32 * 50, 9)
    for i in 0..<32 { values[i] = Float(i) / 2 }
    values[0] = 127
    var bytes = [UInt8](repeating: 7, count: 34 * 50 + 1)
    unsafe set.functions.quantize_q8_0(50, values, &bytes)
    #expect(Array(bytes.dropLast()) == BlockFormat.quantizedQ80(values))
    #expect(bytes.last == 7)
    // The scale of the first block is 1, and halves are rounded away from zero.
    #expect(bytes[0...5] == [0x00, 0x3C, 127, 1, 1, 2])
  }
}
