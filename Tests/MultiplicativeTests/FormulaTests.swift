import C3A
import FourierFT
import HRA
import OFT
import PETL
import RoAd
import Testing

/// What the methods promise of their weights, computed another way.
struct FormulaTests {
  /// ΔW + W is W times a rotation: W'W'ᵀ = W Wᵀ.
  private func gramChange(_ adapter: any Adapter, _ site: AdaptationSite) throws -> Float {
    let change = try #require(adapter.mergedDelta())
    let (old, new) = (weight(site), weight(site) + change)
    let difference =
      new.matmul(new, transposingOther: true) - old.matmul(old, transposingOther: true)
    #expect(change.largest > 0.1)
    return difference.largest / old.matmul(old, transposingOther: true).largest
  }

  @Test func exactRotationsAndReflectionsKeepTheRowsProducts() throws {
    let place = site(16, 10)
    let rotations: [any Adapter] = [
      try bound(OFT.self, OFTOptions { ($0.blockSize, $0.usesNeumann) = (8, false) }, place),
      try bound(BOFT.self, BOFTOptions { ($0.blockSize, $0.factors) = (4, 3) }, place),
      try bound(HRA.self, HRAOptions { $0.reflections = 5 }, place),
      try bound(HRA.self, HRAOptions { ($0.reflections, $0.isOrthogonal) = (4, true) }, place),
    ]
    for adapter in rotations {
      randomize(adapter)
      // Scales of outputs are no part of the rotation.
      adapter.parameters.first { $0.name == "boft_s" }?.update(to: .ones([10]))
      #expect(try gramChange(adapter, place) < 1e-5)
    }
  }

  /// The series approaches the transpose of the exact transform.
  @Test func theSeriesIsTheTransposeOfTheExactTransform() throws {
    let place = site(8, 8)
    let exact = try bound(
      OFT.self, OFTOptions { ($0.blockSize, $0.usesNeumann) = (4, false) }, place)
    let series = try bound(
      OFT.self, OFTOptions { ($0.blockSize, $0.neumannTerms) = (4, 30) }, place)
    let identity = DoubleMatrix(identity: 8).tensor
    for adapter in [exact, series] {
      adapter.bind(weight: identity, bias: .zeros([8]))
      randomize(adapter, deviation: 0.15)
    }
    let (a, b) = (try #require(exact.mergedDelta()), try #require(series.mergedDelta()))
    #expect((a - b.transposed()).largest < 1e-5)
    #expect((a - b).largest > 0.1)
  }

  /// A COFT weight is within its ball after a step, and what is outside counts as what is left of it.
  @Test func coftKeepsRotationsSmall() throws {
    let place = site(12, 10)
    let options = OFTOptions { ($0.blockSize, $0.isConstrained, $0.epsilon) = (4, true, 0.3) }
    let adapter = try bound(OFT.self, options, place)
    randomize(adapter)
    let before = try #require(adapter.mergedDelta())
    let parameter = adapter.parameters[0]
    let settled = parameter.geometry.settled(parameter.value)
    let norms = settled.squared().sum(over: [1]).scaled(by: 2).sqrt().values
    let limit = Float(0.3 / 3.0.squareRoot())
    let longest = norms.max() ?? 1
    #expect(longest <= limit * 1.00001)
    parameter.update(to: settled)
    let after = try #require(adapter.mergedDelta())
    #expect((before - after).largest < 1e-6)
    parameter.move(.ones(settled.shape), rate: 10) { value, slope, rate, _ in
      value - slope.scaled(by: Float(rate))
    }
    let moved = parameter.value.squared().sum(over: [1]).scaled(by: 2).sqrt().values
    let farthest = moved.map { abs($0 - limit) }.max() ?? 1
    #expect(farthest < 1e-5)
  }

  /// The reflections one after the other are the product of their matrices.
  @Test func reflectionsAreAChain() throws {
    let place = site(9, 7)
    let adapter = try bound(HRA.self, HRAOptions { $0.reflections = 4 }, place)
    randomize(adapter)
    var product = DoubleMatrix(identity: 9)
    for row in 0..<4 {
      let u = DoubleMatrix(adapter.parameters[0].value.sliced(axis: 0, row..<row + 1))
      let outer = u.times(u, transposingSelf: true)
      product =
        product * (DoubleMatrix(identity: 9) - (2 / u.frobeniusNorm / u.frobeniusNorm) * outer)
    }
    let expected = DoubleMatrix(weight(place)) * product - DoubleMatrix(weight(place))
    let found = try #require(adapter.mergedDelta())
    #expect((found - expected.tensor).largest < 1e-5)
  }

  /// With one pair in a group, a rotation by θ and a scale α.
  @Test func roadRotatesPairs() throws {
    let place = site(4, 4)
    let adapter = try bound(RoAd.self, RoAdOptions { $0.groupSize = 4 }, place)
    adapter.bind(weight: DoubleMatrix(identity: 4).tensor, bias: .zeros([4]))
    adapter.parameters[0].update(to: [.pi / 2, 0])
    adapter.parameters[1].update(to: [2, 3])
    let change = try #require(adapter.mergedDelta()).values
    let expected: [Float] = [-1, 0, -2, 0, 0, 2, 0, 0, 2, 0, -1, 0, 0, 0, 0, 2]
    let worst = zip(change, expected).map { abs($0 - $1) }.max() ?? 1
    #expect(worst < 1e-6)
  }

  /// A dense spectrum of one number is a plane wave.
  @Test func aWaveIsACosine() throws {
    let place = site(6, 5)
    let adapter = try bound(
      FourierFT.self, FourierFTOptions { ($0.frequencies, $0.scaling) = (30, 60) }, place)
    adapter.parameters[0].update(to: [Float](repeating: 1, count: 30))
    // All waves at once are a single point.
    let change = try #require(adapter.mergedDelta()).values
    #expect(abs(change[0] - 60) < 1e-3)
    let others = change.dropFirst().map(abs).max() ?? 1
    #expect(others < 1e-3)
  }

  /// Sites of one shape have the same waves, and numbers of their own.
  @Test func sitesShareWaves() throws {
    let sites = (0..<2).map {
      AdaptationSite(kind: .query, layer: $0, inputWidth: 12, outputWidth: 10)
    }
    let entries = try FourierFT.attach(
      to: sites, options: FourierFTOptions { $0.frequencies = 4 },
      generator: RandomGenerator(seed: 1))
    let values = entries.map { $0.adapter.parameters[0].value.values }
    #expect(values[0] != values[1])
    entries[1].adapter.parameters[0].update(to: values[0])
    let changes = entries.map { $0.adapter.mergedDelta()?.values }
    #expect(changes[0] == changes[1])
  }

  /// Every block of C3A is circulant: each row is the one above it, one place further.
  @Test func blocksAreCirculant() throws {
    let place = site(12, 8)
    let adapter = try bound(C3A.self, C3AOptions { $0.blockSize = 4 }, place)
    let change = try #require(adapter.mergedDelta())
    let kernel = adapter.parameters[0].value.values
    for block in 0..<6 {
      for row in 0..<4 {
        for column in 0..<4 {
          let element = change.values[(block / 3 * 4 + row) * 12 + block % 3 * 4 + column]
          let expected = kernel[block * 4 + (column - row + 4) % 4] / 12
          #expect(abs(element - expected) < 1e-7)
        }
      }
    }
  }
}
