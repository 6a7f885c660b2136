import TestSupport
import Testing

@testable import Tensors

@Suite("Frozen maps in 8 bits")
struct QuantizedFrozenMapTests {
  @Test("give values and gradients near those of dense ones, the error that rounding makes")
  func near() throws {
    for (rows, input, output) in FrozenMapTests.sizes {
      let (weight, bias) = (sample([output, input], 1), sample([output], 2))
      let x = sample([rows, input], 3).differentiable()
      let up = sample([rows, output], 4)
      let map = try #require(QuantizedFrozenMap(weight: weight, bias: bias))
      let y = x.mapped(by: map)
      let z = x.mapped(by: DenseFrozenMap(weight: weight, bias: bias))
      let (dx, dz) = (y.backward(from: up)[x], z.backward(from: up)[x])
      // A number is up to 1/254 of the largest of its row off, on either side of a product.
      for (a, b) in [(y, z), (try #require(dx), try #require(dz))] {
        let error = (a - b).squared().mean().item / b.squared().mean().item
        #expect(error < 0.015 * 0.015, "\(rows) × \(input) × \(output)")
      }
    }
  }

  @Test(
    "give the same bits by one thread and by several, few rows and many",
    arguments: [1, 5, 40, 700])
  func threads(rows: Int) throws {
    let (weight, bias) = (sample([700, 130], 1), sample([700], 2))
    let map = try #require(QuantizedFrozenMap(weight: weight, bias: bias))
    let (x, up) = (sample([rows, 130], 3), sample([rows, 700], 4))
    let results = [1, 2, 3, 7].map { count in
      Workers.with(count: count) {
        let (y, dx) = (Tensor(uninitialized: [rows, 700]), Tensor(uninitialized: [rows, 130]))
        map.apply(to: x, into: y)
        map.applyTransposed(to: up, into: dx, adding: false)
        return (y.values + dx.values).map(\.bitPattern)
      }
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test("are made by what chooses maps, unless a row is too long")
  func choice() {
    let map = FrozenProducts.map(weight: sample([3, 5], 1), bias: nil, precision: .int8)
    #expect(map is QuantizedFrozenMap)
    let long = Tensor(repeating: 1, shape: [1, QuantizedMatrix.longest + 1])
    #expect(FrozenProducts.map(weight: long, bias: nil, precision: .int8) is PackedFrozenMap)
  }
}
