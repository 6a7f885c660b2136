import TestSupport
import Testing

@testable import Tensors

@Suite("Products by oneDNN")
struct OneDNNTests {
  static let absence: Comment = "oneDNN is not built in (trait OneDNN, libdnnl-dev)"
  static let isThere = FrozenProducts.oneDNNVersion != nil

  /// Rows for one worker and for several, widths around vectors.
  static let sizes: [(rows: Int, input: Int, output: Int)] = [
    (1, 1, 1), (3, 7, 5), (7, 5, 3), (130, 33, 65), (64, 192, 576), (197, 768, 64), (1031, 17, 19),
  ]

  @Test("are there exactly where the library is built in")
  func presence() {
    let map = OneDNNFrozenMap(weight: sample([3, 7]), bias: nil)
    let (there, version) = (map != nil, FrozenProducts.oneDNNVersion)
    #expect(there == (version != nil))
    #expect(version == nil || version?.split(separator: ".").count == 3)
    let empty = OneDNNFrozenMap(weight: Tensor.zeros([0, 7]), bias: nil)
    #expect(empty == nil)
  }

  @Test(
    "agree with OpenBLAS in single, and with rounded factors in mixed precision",
    .enabled(if: isThere, absence), arguments: FrozenPrecision.floating, [false, true])
  func agree(precision: FrozenPrecision, hasBias: Bool) throws {
    for (rows, input, output) in Self.sizes {
      let weight = sample([output, input], 1).scaled(by: 1 / Float(input).squareRoot())
      let bias = hasBias ? sample([output], 2) : nil
      let x = sample([rows, input], 3)
      let up = sample([rows, output], 4).scaled(by: Float(input).squareRoot() / Float(output))
      let map = try #require(OneDNNFrozenMap(weight: weight, bias: bias, precision: precision))
      let isMixed = precision == .mixed
      let plain = DenseFrozenMap(weight: isMixed ? rounded(weight) : weight, bias: bias)
      let (xr, upr) = isMixed ? (rounded(x), rounded(up)) : (x, up)
      let close = Tolerance(1e-5, 1e-5)
      let (y, z) = (Tensor(uninitialized: [rows, output]), Tensor(uninitialized: [rows, output]))
      map.apply(to: x, into: y)
      plain.apply(to: xr, into: z)
      let complaint = close.complaint(y.values, z.values.map(Double.init))
      #expect(complaint == nil, "\(rows) × \(input) × \(output)")
      for adding in [false, true] {
        let (dx, dz) = (sample([rows, input], 5), sample([rows, input], 5))
        map.applyTransposed(to: up, into: dx, adding: adding)
        plain.applyTransposed(to: upr, into: dz, adding: adding)
        let complaint = close.complaint(dx.values, dz.values.map(Double.init))
        #expect(complaint == nil, "\(rows) × \(output) × \(input), adding \(adding)")
      }
    }
  }

  @Test("are finished as OpenBLAS's are", .enabled(if: isThere, absence))
  func finishes() throws {
    let weight = sample([33, 17], 1).scaled(by: 0.25)
    let bias = sample([33], 2)
    let map = try #require(OneDNNFrozenMap(weight: weight, bias: bias))
    let plain = DenseFrozenMap(weight: weight, bias: bias)
    let (x, stream) = (sample([70, 17], 3), sample([70, 33], 4))
    let (slope, slopeOfPlain) = (Tensor.zeros([70, 33]), Tensor.zeros([70, 33]))
    let finishes: [(MapFinish, MapFinish)] = [
      (.adding(stream), .adding(stream)), (.scaling(by: stream), .scaling(by: stream)),
      (.gelu(slope: slope), .gelu(slope: slopeOfPlain)),
      (.quickGELU(slope: slope), .quickGELU(slope: slopeOfPlain)),
    ]
    let close = Tolerance(1e-5, 1e-5)
    for (index, (finish, finishOfPlain)) in finishes.enumerated() {
      let (y, z) = (Tensor(uninitialized: [70, 33]), Tensor(uninitialized: [70, 33]))
      map.apply(to: x, into: y, finish: finish)
      plain.apply(to: x, into: z, finish: finishOfPlain)
      let complaint = close.complaint(y.values, z.values.map(Double.init))
      #expect(complaint == nil, "finish \(index)")
    }
    let complaint = close.complaint(slope.values, slopeOfPlain.values.map(Double.init))
    #expect(complaint == nil)
    #expect(slope.values.contains { $0 != 0 })
    let (dx, dz) = (Tensor(uninitialized: [70, 17]), Tensor(uninitialized: [70, 17]))
    map.applyTransposed(to: stream, into: dx, finish: .scaling(by: x))
    plain.applyTransposed(to: stream, into: dz, finish: .scaling(by: x))
    let backward = close.complaint(dx.values, dz.values.map(Double.init))
    #expect(backward == nil)
  }

  @Test("have the gradient of finite differences", .enabled(if: isThere, absence))
  func gradient() throws {
    let map = try #require(OneDNNFrozenMap(weight: sample([3, 7]), bias: sample([3])))
    let check = GradientCheck.run([sample([2, 5, 7], 6)]) { $0[0].mapped(by: map) }
    #expect(check.worst < 1e-3, "\(check)")
  }

  @Test(
    "take any number of rows in any order, none too, and give the same bytes again",
    .enabled(if: isThere, absence), arguments: FrozenPrecision.floating)
  func rows(precision: FrozenPrecision) throws {
    let map = try #require(
      OneDNNFrozenMap(weight: sample([9, 24]), bias: sample([9]), precision: precision))
    // More numbers of rows than plans are kept for.
    let counts = [40, 0] + Array(1...30)
    let outputs = (counts + counts).map { rows -> [Float] in
      let y = Tensor(uninitialized: [rows, 9])
      map.apply(to: sample([rows, 24]), into: y)
      return y.values
    }
    let (first, again) = (outputs.prefix(counts.count), outputs.suffix(counts.count))
    #expect(first.elementsEqual(again))
    let full = outputs[0]
    for (rows, values) in zip(counts, first) {
      let complaint = Tolerance(1e-5, 1e-5).complaint(
        values, full.prefix(rows * 9).map(Double.init))
      #expect(complaint == nil, "\(rows) rows")
    }
  }

  /// Every element rounded to the nearest bfloat16, ties to even.
  private func rounded(_ tensor: Tensor) -> Tensor {
    let values = tensor.values.map { value in
      let bits = value.bitPattern
      return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
    }
    return Tensor(values, shape: tensor.shape)
  }
}
