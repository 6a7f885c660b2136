import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

/// What `Tests/Fixtures/make_quantized.py` wrote.
private struct QuantizedFixture: Decodable {
  let cases: [QuantizedCase]
}

private struct QuantizedCase: Decodable {
  let rows: Int
  let inner: Int
  let outer: Int
  let x: Data
  let w: Data
  let bias: Data
  let dy: Data
  let weight: Data
  let scales: Data
  let input: Data
  let factors: Data
  let far: Data
  let farFactors: Data
  let upstream: Data
  let upstreamFar: Data
  let forward: Data
  let backward: Data
  let y: Data
  let dx: Data
}

@Suite("Products in 8 bits")
struct QuantizedKernelTests {
  private let cases: [QuantizedCase]

  init() throws {
    let fixture: QuantizedFixture = try decodedFixture("quantized.json")
    cases = fixture.cases
  }

  @Test("are PyTorch's integer for integer, and bit for bit after", arguments: KernelSet.all)
  func golden(set: KernelSet) {
    for c in cases {
      let matrix = PlainQuantized(floats(c.w), c.inner, c.outer, set)
      #expect(matrix.integers == integers8(c.weight), "\(c.outer) × \(c.inner)")
      #expect(matrix.scales == floats(c.scales))
      let x = PlainRows(floats(c.x), c.inner, set)
      #expect(x.integers == integers8(c.input), "\(c.rows) × \(c.inner)")
      #expect(x.facts.map(\.factor) == floats(c.factors))
      #expect(x.far == integers8(c.far), "\(c.rows) × \(c.inner)")
      #expect(x.facts.map(\.far_factor) == floats(c.farFactors))
      // Without scales and factors the sums are seen as they are.
      #expect(matrix.product(x.plain).map { Int32($0) } == integers32(c.forward))
      #expect(
        matrix.product(x, scales: matrix.scales, bias: floats(c.bias)).map(\.bitPattern)
          == floats(c.y).map(\.bitPattern))
      let up = PlainRows(floats(c.dy), c.outer, set, scales: matrix.scales)
      #expect(up.integers == integers8(c.upstream))
      #expect(up.far == integers8(c.upstreamFar))
      let turned = matrix.turned
      #expect(turned.product(up.plain).map { Int32($0) } == integers32(c.backward))
      #expect(turned.product(up).map(\.bitPattern) == floats(c.dx).map(\.bitPattern))
    }
  }

  @Test("finish as packed ones, and touch no gaps", arguments: KernelSet.all)
  func finishes(set: KernelSet) {
    let kernels = unsafe set.functions
    for (rows, width, cols) in PackedKernelTests.sizes {
      let sample = PackedSample(rows, width, cols)
      // Columns of w are the rows of a weight.
      let weight = (0..<cols).flatMap { c in (0..<width).map { sample.w[$0, c] } }
      let matrix = PlainQuantized(weight, width, cols, set)
      let x = PlainRows(
        (0..<rows).flatMap { i in (0..<width).map { sample.x[i, $0] } }, width, set)
      let plain = matrix.product(x, scales: matrix.scales, bias: sample.bias.values)
      for finish in PackedKernelTests.finishes {
        var (y, other) = (sample.y, sample.other)
        unsafe kernels.quantized_product(
          rows, width, cols, x.lanes, x.facts, matrix.bytes, matrix.scales, sample.bias.values,
          &y.values, y.stride, Int32(finish.rawValue), &other.values,
          other.stride)
        let complaint = sample.complaint(y, other, finish) { i, c in
          (Double(plain[i * cols + c]), Double(plain[i * cols + c].magnitude) + 1)
        }
        #expect(complaint == nil, "\(rows) × \(width) × \(cols), \(finish.rawValue)")
      }
    }
  }

  @Test("do not lose a sum that is as large as can be", arguments: KernelSet.all)
  func largest(set: KernelSet) {
    let width = QuantizedMatrix.longest
    for sign: Float in [1, -1] {
      let matrix = PlainQuantized([Float](repeating: sign * 127, count: width), width, 1, set)
      let x = PlainRows([Float](repeating: 127, count: width), width, set)
      #expect(matrix.product(x.plain) == [sign * Float(127 * 127 * width)])
    }
  }

  @Test("of what is not finite are not finite, and of what is zero, zero", arguments: KernelSet.all)
  func notFinite(set: KernelSet) {
    let matrix = PlainQuantized(sample(5 * 40, 1), 40, 5, set)
    for bad: Float in [.nan, .infinity, -.infinity] {
      for place in [0, 17, 39] {
        var x = sample(40, 2)
        x[place] = bad
        let y = matrix.product(PlainRows(x, 40, set), scales: matrix.scales)
        #expect(y.allSatisfy { !$0.isFinite }, "\(bad) at \(place)")
      }
    }
    for small: Float in [0, 1e-38, .leastNonzeroMagnitude] {
      let rows = PlainRows([Float](repeating: small, count: 40), 40, set)
      #expect(matrix.product(rows, scales: matrix.scales).allSatisfy { $0.magnitude < 1e-36 })
    }
  }

  private func floats(_ data: Data) -> [Float] { numbers(data) }
  private func integers8(_ data: Data) -> [Int8] { numbers(data) }
  private func integers32(_ data: Data) -> [Int32] { numbers(data) }

  private func numbers<Number: BitwiseCopyable>(_ data: Data) -> [Number] {
    unsafe data.withUnsafeBytes { bytes in
      (0..<data.count / MemoryLayout<Number>.size).map {
        unsafe bytes.loadUnaligned(
          fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self)
      }
    }
  }
}

/// Rows in the layout of one set of kernels.
private struct PlainRows {
  let count: Int
  let width: Int
  var lanes: [Int32]
  var facts: [petl_quantized_row]
  private let perQuad: Int

  init(_ x: [Float], _ width: Int, _ set: KernelSet, scales: [Float]? = nil) {
    let kernels = unsafe set.functions
    (count, self.width, perQuad) = unsafe (x.count / width, width, kernels.quantized_lanes)
    lanes = [Int32](repeating: 7, count: count * ((width + 3) / 4) * perQuad + 1)
    facts = [petl_quantized_row](repeating: petl_quantized_row(), count: count)
    unsafe kernels.quantize_rows(count, width, x, width, scales, &lanes, &facts)
    precondition(lanes.last == 7, "Rows were written beyond their memory.")
  }

  /// The same with factors of 1, and without what stands far out.
  var plain: PlainRows {
    var result = self
    for i in result.facts.indices {
      result.facts[i].factor = 1
      result.facts[i].far_factor = 0
    }
    return result
  }

  /// What stands far out, [count, width].
  var far: [Int8] {
    var result = [Int8](repeating: 0, count: count * width)
    for (i, row) in facts.enumerated() where row.far_factor != 0 {
      let quads = values(row.far_quads)
      let lanes = values(row.far_lanes)
      for j in quads.indices {
        for b in 0..<4 {
          let t = Int(quads[j]) * 4 + b
          let number = integer(lanes[(j * perQuad)...], b)
          // Several may stand in one quad.
          if number != 0 { result[i * width + t] = number }
        }
      }
    }
    return result
  }

  private func values<Tuple: BitwiseCopyable>(_ tuple: Tuple) -> [Int32] {
    unsafe withUnsafeBytes(of: tuple) { bytes in
      (0..<bytes.count / 4).map {
        unsafe bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self)
      }
    }
  }

  /// One of the four integers of a quad that begins with the lanes.
  private func integer(_ lanes: ArraySlice<Int32>, _ b: Int) -> Int8 {
    let first = lanes.startIndex
    if perQuad == 1 { return Int8(truncatingIfNeeded: lanes[first] >> (b * 8)) }
    return Int8(truncatingIfNeeded: lanes[first + b % 2] >> (b / 2 * 16))
  }

  /// [count, width].
  var integers: [Int8] {
    (0..<count).flatMap { i in
      (0..<width).map { t in
        integer(lanes[((i * ((width + 3) / 4) + t / 4) * perQuad)...], t % 4)
      }
    }
  }
}

/// A matrix [width, cols] in the layout of one set of kernels.
private struct PlainQuantized {
  let width: Int
  let cols: Int
  let bytes: [UInt8]
  let scales: [Float]
  private let set: KernelSet

  init(_ weight: [Float], _ width: Int, _ cols: Int, _ set: KernelSet) {
    let kernels = unsafe set.functions
    let panel = unsafe kernels.panel
    let size = (width + 3) / 4 * 4 * ((cols + panel - 1) / panel * panel)
    var bytes = [UInt8](repeating: 7, count: size + 1)
    var scales = [Float](repeating: 7, count: cols)
    unsafe kernels.quantize_panels(width, 0, cols, weight, &bytes, &scales)
    precondition(bytes.last == 7, "The matrix was written beyond its memory.")
    self.init(width: width, cols: cols, bytes: bytes, scales: scales, set: set)
  }

  private init(width: Int, cols: Int, bytes: [UInt8], scales: [Float], set: KernelSet) {
    (self.width, self.cols, self.bytes, self.scales, self.set) = (width, cols, bytes, scales, set)
  }

  /// The transpose, panel by panel.
  var turned: PlainQuantized {
    let kernels = unsafe set.functions
    let panel = unsafe kernels.panel
    let size = (cols + 3) / 4 * 4 * panel
    var all: [UInt8] = []
    for first in stride(from: 0, to: width, by: panel) {
      var bytes = [UInt8](repeating: 7, count: size + 1)
      unsafe kernels.turn_quantized(width, cols, self.bytes, first, &bytes)
      precondition(bytes.last == 7, "A panel was written beyond its memory.")
      all += bytes.dropLast()
    }
    return PlainQuantized(width: cols, cols: width, bytes: all, scales: [], set: set)
  }

  func product(_ x: PlainRows, scales: [Float]? = nil, bias: [Float]? = nil) -> [Float] {
    let kernels = unsafe set.functions
    var y = [Float](repeating: 7, count: x.count * cols)
    unsafe kernels.quantized_product(
      x.count, width, cols, x.lanes, x.facts, bytes, scales, bias, &y, cols,
      Int32(PETL_STORE.rawValue), nil, cols)
    return y
  }

  /// [cols, width].
  var integers: [Int8] {
    let panel = unsafe set.functions.panel
    return (0..<cols).flatMap { c in
      (0..<width).map { t in
        let place = (c / panel * ((width + 3) / 4) * panel + t / 4 * panel + c % panel) * 4 + t % 4
        return Int8(truncatingIfNeeded: Int(bytes[place]) - 128)
      }
    }
  }
}
