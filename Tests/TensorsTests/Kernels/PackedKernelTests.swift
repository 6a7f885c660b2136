import CKernels
import Testing

@testable import Tensors

@Suite("Products with packed matrices")
struct PackedKernelTests {
  /// Rows around the blocks of 6 and of the cache, columns around vectors and panels.
  static let sizes: [(rows: Int, width: Int, cols: Int)] =
    (1...70).map { (1 + $0 % 14, 1 + $0 * 7 % 33, $0) }
    + [(5, 1, 129), (13, 40, 127), (64, 3, 65), (301, 2, 17), (25, 5000, 3)]

  @Test("agree with loops in Double", arguments: KernelSet.all, [false, true])
  func product(set: KernelSet, adding: Bool) {
    let kernels = unsafe set.functions
    let panel = unsafe kernels.panel
    for (rows, width, cols) in Self.sizes {
      let x = Matrix(rows, width, gap: 3, seed: 1)
      let w = Matrix(width, cols, gap: 2, seed: 2)
      let bias = Matrix(1, cols, gap: 0, seed: 3)
      let before = Matrix(rows, cols, gap: 5, seed: 4)
      var packed = [Float](repeating: 7, count: width * ((cols + panel - 1) / panel * panel) + 1)
      unsafe kernels.pack(width, cols, w.values, w.stride, 1, &packed)
      #expect(packed.last == 7)
      var y = before
      unsafe kernels.packed_product(
        rows, width, cols, x.values, x.stride, packed, bias.values, &y.values, y.stride, adding)
      let complaint = y.complaint(before: before) { i, c in
        let start = sum(width, adding ? before[i, c] : Float(0)) { (x[i, $0], w[$0, c]) }
        return (start.value + Double(bias[0, c]), start.terms + 1)
      }
      #expect(complaint == nil, "\(rows) × \(width) × \(cols)")
    }
  }

  @Test("give a frozen map its values and gradients in both directions", arguments: [false, true])
  func map(hasBias: Bool) {
    for (rows, input, output) in [(7, 5, 3), (130, 33, 65), (64, 192, 576), (3, 1, 1)] {
      var stream = RandomGenerator(seed: 3)
      let weight = Tensor(stream.normal(output * input), shape: [output, input])
      let bias = hasBias ? Tensor(stream.normal(output)) : nil
      let x = Tensor(stream.normal(rows * input), shape: [rows, input]).differentiable()
      let up = Tensor(stream.normal(rows * output), shape: [rows, output])
      let packed = PackedFrozenMap(weight: weight, bias: bias)
      let dense = DenseFrozenMap(weight: weight, bias: bias)
      // Twice, as the second packing is made on the way; and into a gradient that is there already.
      for _ in 0..<2 {
        let (y, z) = (
          x.mapped(by: packed) + x.mapped(by: packed), x.mapped(by: dense).scaled(by: 2)
        )
        let (dy, dz) = (y.backward(from: up)[x], z.backward(from: up)[x])
        let close = Tolerance(2e-4, 2e-5)  // sums of up to 576 products of order one
        #expect(close.complaint(y.values, z.values.map(Double.init)) == nil)
        #expect(close.complaint(dy?.values ?? [], (dz?.values ?? []).map(Double.init)) == nil)
      }
    }
  }
}
