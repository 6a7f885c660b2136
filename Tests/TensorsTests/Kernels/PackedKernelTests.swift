import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Products with packed matrices")
struct PackedKernelTests {
  /// Rows around the blocks of 6 and of the cache, columns around vectors and panels.
  static let sizes: [(rows: Int, width: Int, cols: Int)] =
    (1...70).map { (1 + $0 % 14, 1 + $0 * 7 % 33, $0) }
    + [(5, 1, 129), (13, 40, 127), (64, 3, 65), (301, 2, 17), (25, 5000, 3), (7, 1100, 70)]

  /// What a finish should make of a product, and of the other matrix; tested with each.
  static let finishes: [petl_finish] = [
    PETL_STORE, PETL_ADD_OTHER, PETL_GELU_SLOPE, PETL_TIMES_OTHER, PETL_QUICK_GELU_SLOPE,
  ]

  @Test("agree with loops in Double", arguments: KernelSet.all, finishes)
  func product(set: KernelSet, finish: petl_finish) {
    let kernels = unsafe set.functions
    for (rows, width, cols) in Self.sizes {
      let sample = PackedSample(rows, width, cols)
      let packed = unsafe sample.packed(width, cols, by: kernels, transposed: false)
      var (y, other) = (sample.y, sample.other)
      unsafe kernels.packed_product(
        rows, width, cols, sample.x.values, sample.x.stride, packed, sample.bias.values,
        &y.values, y.stride, Int32(finish.rawValue), &other.values, other.stride)
      let complaint = sample.complaint(y, other, finish) { i, c in
        let dot = sum(width, sample.bias[0, c]) { (sample.x[i, $0], sample.w[$0, c]) }
        return (dot.value, dot.terms + 1)
      }
      #expect(complaint == nil, "\(rows) × \(width) × \(cols)")
    }
  }

  /// What is cached of one batch must be the same bits in another.
  @Test("give a row the same bits wherever it stands", arguments: KernelSet.all, finishes)
  func anywhere(set: KernelSet, finish: petl_finish) {
    let kernels = unsafe set.functions
    for (rows, width, cols) in Self.sizes where rows > 1 {
      let sample = PackedSample(rows, width, cols)
      let packed = unsafe sample.packed(width, cols, by: kernels, transposed: false)
      var (whole, single) = (sample.y.values, sample.y.values)
      var (other, part) = (sample.other.values, sample.other.values)
      unsafe kernels.packed_product(
        rows, width, cols, sample.x.values, sample.x.stride, packed, sample.bias.values,
        &whole, sample.y.stride, Int32(finish.rawValue), &other, sample.other.stride)
      for i in 0..<rows {
        let x = Array(sample.x.values[(i * sample.x.stride)...])
        var y = Array(single[(i * sample.y.stride)...])
        var own = Array(part[(i * sample.other.stride)...])
        unsafe kernels.packed_product(
          1, width, cols, x, sample.x.stride, packed, sample.bias.values, &y,
          sample.y.stride, Int32(finish.rawValue), &own, sample.other.stride)
        single.replaceSubrange((i * sample.y.stride)..., with: y)
        part.replaceSubrange((i * sample.other.stride)..., with: own)
      }
      let same = single.map(\.bitPattern) == whole.map(\.bitPattern)
      let sameOther = part.map(\.bitPattern) == other.map(\.bitPattern)
      #expect(same, "\(rows) × \(width) × \(cols)")
      #expect(sameOther, "\(rows) × \(width) × \(cols)")
    }
  }

  @Test("in bfloat16 give a row the same bits wherever it stands", arguments: KernelSet.all)
  func halfAnywhere(set: KernelSet) {
    let kernels = unsafe set.functions
    let store = Int32(PETL_STORE.rawValue)
    for (rows, width, cols) in Self.sizes where rows > 1 {
      let sample = PackedSample(rows, width, cols)
      let packed = unsafe sample.packed(
        (width + 1) / 2, cols, by: kernels, transposed: false, half: true)
      var scratch = [Float](repeating: .nan, count: max(98304, 24 * ((width + 1) / 2)))
      var whole = [Float](repeating: 0, count: rows * cols)
      unsafe kernels.packed_product_half(
        rows, width, cols, sample.x.values, sample.x.stride, packed, sample.bias.values, &whole,
        cols, store, nil, cols, &scratch)
      for i in 0..<rows {
        let x = Array(sample.x.values[(i * sample.x.stride)...])
        var y = [Float](repeating: 0, count: cols)
        unsafe kernels.packed_product_half(
          1, width, cols, x, sample.x.stride, packed, sample.bias.values, &y, cols, store, nil,
          cols, &scratch)
        let isSame = y.map(\.bitPattern) == whole[(i * cols)..<((i + 1) * cols)].map(\.bitPattern)
        #expect(isSame, "\(rows) × \(width) × \(cols), row \(i)")
      }
    }
  }

  @Test("in bfloat16 are the products of rounded numbers", arguments: KernelSet.all, finishes)
  func half(set: KernelSet, finish: petl_finish) {
    let kernels = unsafe set.functions
    for (rows, width, cols) in Self.sizes {
      let sample = PackedSample(rows, width, cols)
      let packed = unsafe sample.packed(
        (width + 1) / 2, cols, by: kernels, transposed: false, half: true)
      var (y, other) = (sample.y, sample.other)
      var scratch = [Float](repeating: .nan, count: max(98304, 24 * ((width + 1) / 2)))
      unsafe kernels.packed_product_half(
        rows, width, cols, sample.x.values, sample.x.stride, packed, sample.bias.values,
        &y.values, y.stride, Int32(finish.rawValue), &other.values, other.stride, &scratch)
      let complaint = sample.complaint(y, other, finish) { i, c in
        let dot = sum(width, sample.bias[0, c]) {
          (rounded(sample.x[i, $0]), rounded(sample.w[$0, c]))
        }
        return (dot.value, dot.terms + 1)
      }
      #expect(complaint == nil, "\(rows) × \(width) × \(cols)")
    }
  }

  @Test("with the transpose need no second packing", arguments: KernelSet.all, finishes)
  func transposed(set: KernelSet, finish: petl_finish) {
    let kernels = unsafe set.functions
    let panel = unsafe kernels.panel
    for (rows, outer, inner) in Self.sizes {
      // x [rows, outer] times the transpose of a packed [inner, outer].
      let sample = PackedSample(rows, outer, inner)
      let packed = unsafe sample.packed(inner, outer, by: kernels, transposed: true)
      var (y, other) = (sample.y, sample.other)
      var scratch = [Float](repeating: .nan, count: 2048 * panel)
      let middle = (inner + panel - 1) / panel / 2 * panel
      for (first, last) in [(0, middle), (middle, inner)] {
        unsafe kernels.packed_product_transposed(
          rows, inner, outer, first, last, sample.x.values, sample.x.stride, packed, &y.values,
          y.stride, Int32(finish.rawValue), &other.values, other.stride, &scratch)
      }
      let complaint = sample.complaint(y, other, finish) { i, c in
        let dot = sum(outer, 0) { (sample.x[i, $0], sample.w[$0, c]) }
        return (dot.value, dot.terms + 1)
      }
      #expect(complaint == nil, "\(rows) × \(outer) × \(inner)")
    }
  }

  @Test("round to bfloat16 as the definition says", arguments: KernelSet.all)
  func rounding(set: KernelSet) {
    let kernels = unsafe set.functions
    let values: [Float] = [
      1, 1.00390625, 1.01171875, -1.00390626, 3.38e38, .infinity, -.infinity, 1e-37, 0, -0.0,
    ]
    for value in values {
      let product = unsafe halfProduct(value, by: kernels)
      #expect(product == rounded(value), "\(value)")
    }
    let notANumber = unsafe halfProduct(.nan, by: kernels)
    #expect(notANumber.isNaN)
  }

  private func halfProduct(_ value: Float, by kernels: petl_kernels) -> Float {
    let panel = unsafe kernels.panel
    var packed = [Float](repeating: 0, count: panel)
    var scratch = [Float](repeating: 0, count: 98304)
    var y: Float = 0
    unsafe kernels.pack_half(1, 1, [1], 1, 1, &packed)
    unsafe kernels.packed_product_half(
      1, 1, 1, [value], 1, packed, nil, &y, 1, Int32(PETL_STORE.rawValue), nil, 1, &scratch)
    return y
  }
}
