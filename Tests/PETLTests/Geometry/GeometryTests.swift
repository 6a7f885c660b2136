import PETL
import TestSupport
import Testing

struct GeometryTests {
  private static let all: [any ParameterGeometry] = [
    StiefelLanding(lambda: 1), SoftOrthogonal(lambda: 1), StiefelPolar(), StiefelQR(),
    StiefelStelLA(), StiefelSPEL(),
  ]

  private func normal(_ rows: Int, _ columns: Int, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return Tensor(generator.normal(rows * columns), shape: [rows, columns])
  }

  private func orthonormal(_ rows: Int, _ columns: Int, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return generator.orthonormal(rows, columns)
  }

  private func inner(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// One step as an optimizer takes it.
  private func moved(
    _ value: Tensor, by proposed: Tensor, _ rate: Float, _ geometry: any ParameterGeometry
  ) -> Tensor {
    let step = geometry.shapesStep ? geometry.step(proposed, at: value) : proposed
    return geometry.settled(value + step.scaled(by: rate))
  }

  @Test("Directions are PyTorch's", arguments: GeometryFixture.shared.fields)
  func direction(_ fixture: GeometryFixture.Field) {
    let output = fixture.geometry.direction(
      gradient: fixture.gradient.tensor, at: fixture.value.tensor)
    let error = gap(output, fixture.output.tensor)
    #expect(error < 2e-6 * max(1, fixture.output.values.map(abs).max() ?? 0), "\(error)")
  }

  @Test("Steps are PyTorch's", arguments: GeometryFixture.shared.steps)
  func step(_ fixture: GeometryFixture.Step) {
    let value = fixture.value.tensor
    let result = moved(value, by: fixture.proposed.tensor, fixture.rate, fixture.geometry)
    let error = gap(result, fixture.output.tensor)
    #expect(error < 1e-6, "\(error)")
  }

  @Test func theFixtureHasEveryGeometry() {
    let fields = Set(GeometryFixture.shared.fields.map(\.name))
    #expect(fields == ["landing", "landing-paper", "soft", "polar", "qr", "stella", "spel"])
    let steps = Set(GeometryFixture.shared.steps.map(\.name))
    #expect(steps == ["landing", "polar", "qr", "stella", "spel"])
  }

  /// methods.md 2.2: the two terms of the landing field are orthogonal everywhere.
  @Test(arguments: [[17, 4], [4, 17], [6, 6]])
  func landingTermsAreOrthogonal(_ shape: [Int]) {
    let (x, g) = (normal(shape[0], shape[1], seed: 1), normal(shape[0], shape[1], seed: 2))
    let along = StiefelLanding(lambda: 0).direction(gradient: g, at: x)
    let pull = StiefelLanding(lambda: 1).direction(gradient: g, at: x) - along
    let cosine = inner(along, pull) / (inner(along, along) * inner(pull, pull)).squareRoot()
    #expect(abs(cosine) < 1e-5, "\(cosine)")
    // The penalty's part alone is that of no gradient.
    let alone = StiefelLanding(lambda: 1).direction(gradient: .zeros(shape), at: x)
    let error = gap(alone, pull)
    #expect(error < 1e-4, "\(error)")
  }

  /// methods.md 2.2: on the manifold Skew(GXᵀ)X is half the canonical gradient; the code's has no half.
  @Test(arguments: [[17, 4], [4, 17], [6, 6]])
  func landingOnTheManifoldIsCanonical(_ shape: [Int]) {
    let (x, g) = (orthonormal(shape[0], shape[1], seed: 1), normal(shape[0], shape[1], seed: 2))
    let field = StiefelLanding(lambda: 3).direction(gradient: g, at: x)
    let canonical = StiefelStelLA().direction(gradient: g, at: x)
    let error = gap(field, canonical)
    #expect(error < 1e-5, "\(error)")
    // It differs from the embedded metric's gradient, so that this says something.
    let embedded = StiefelPolar().direction(gradient: g, at: x)
    let other = gap(field, embedded)
    #expect(other > 0.1)
  }

  @Test func directionsAreTangent() {
    let (x, g) = (orthonormal(19, 5, seed: 3), normal(19, 5, seed: 4))
    for geometry: any ParameterGeometry in [StiefelPolar(), StiefelQR(), StiefelStelLA()] {
      let product = x.matmul(geometry.direction(gradient: g, at: x), transposingSelf: true)
      let error = gap(product, -product.transposed())
      #expect(error < 1e-5, "\(geometry.name): \(error)")
    }
    let step = StiefelStelLA().step(g, at: x)
    let product = x.matmul(step, transposingSelf: true)
    let error = gap(product, -product.transposed())
    #expect(error < 1e-5)
  }

  /// Whatever step a rule proposes, the retractions end on the manifold.
  @Test(arguments: [[40, 8], [8, 40], [192, 64], [7, 7], [9, 1]], [0.01, 0.3, 3] as [Float])
  func retractionsAreFeasible(_ shape: [Int], _ rate: Float) throws {
    let (x, z) = (orthonormal(shape[0], shape[1], seed: 5), normal(shape[0], shape[1], seed: 6))
    for geometry: any ParameterGeometry in [
      StiefelPolar(), StiefelQR(), StiefelStelLA(), StiefelSPEL(),
    ] {
      let distance = try #require(geometry.distance(of: moved(x, by: z, rate, geometry)))
      #expect(distance < 1e-5, "\(geometry.name): \(distance)")
    }
  }

  /// A matrix without full rank has no polar factor by its Gram matrix; the long way gives one.
  @Test func polarOfADeficientMatrix() throws {
    let one = normal(12, 1, seed: 7)
    let value = StiefelPolar().settled(one.matmul(.ones([1, 3])))
    let distance = try #require(StiefelPolar().distance(of: value))
    #expect(distance < 1e-5, "\(distance)")
  }

  /// SPEL's step has singular values of 1 over two decades, and is zero at a stationary point.
  @Test func spectralStep() throws {
    let n = 30
    let x = orthonormal(n, 3, seed: 8)
    let sizes = DoubleMatrix(diagonal: [1, 0.1, 0.01]).tensor
    let z = StiefelPolar().direction(gradient: orthonormal(n, 3, seed: 9), at: x).matmul(sizes)
    let step = StiefelSPEL().step(z, at: x)
    let values = DoubleMatrix(step).singularValues().values
    #expect(values.allSatisfy { abs($0 - 1) < 1e-3 }, "\(values)")
    let nothing = StiefelSPEL().step(.zeros([n, 3]), at: x)
    #expect(nothing.values.allSatisfy { $0 == 0 })
  }

  @Test func distances() throws {
    let value = DoubleMatrix(diagonal: [2, 1, 1]).tensor
    for geometry in Self.all {
      let distance = try #require(geometry.distance(of: value))
      #expect(abs(distance - 3) < 1e-6)
    }
    let free = FreeGeometry().distance(of: value)
    #expect(free == nil)
  }

  /// An n × n matrix of 32-bit floats would be 40 GB here.
  @Test(arguments: [[100_000, 8], [8, 100_000]])
  func nothingOfTheLongSideSquared(_ shape: [Int]) throws {
    let (x, g) = (orthonormal(shape[0], shape[1], seed: 10), normal(shape[0], shape[1], seed: 11))
    for geometry in Self.all {
      let direction = geometry.direction(gradient: g, at: x)
      let distance = try #require(geometry.distance(of: moved(x, by: direction, -1e-4, geometry)))
      #expect(distance < 2e-2, "\(geometry.name): \(distance)")
    }
  }

  @Test(arguments: [[50, 6], [6, 50], [5, 5]])
  func orthonormalStarts(_ shape: [Int]) throws {
    let x = orthonormal(shape[0], shape[1], seed: 12)
    #expect(x.shape == shape)
    let distance = try #require(StiefelPolar().distance(of: x))
    #expect(distance < 1e-6)
    let (same, other) = (
      orthonormal(shape[0], shape[1], seed: 12), orthonormal(shape[0], shape[1], seed: 13)
    )
    #expect(x.values == same.values)
    #expect(x.values != other.values)
  }

  /// Uniform among orthonormal matrices: each entry has mean 0 and variance 1/n.
  @Test func orthonormalStartsAreUniform() {
    var generator = RandomGenerator(seed: 14)
    let (draws, n) = (2000, 4)
    var corner: [Float] = []
    for _ in 0..<draws { corner.append(generator.orthonormal(n, 2).values[0]) }
    let mean = corner.reduce(0, +) / Float(draws)
    let variance = corner.reduce(0) { $0 + $1 * $1 } / Float(draws)
    #expect(abs(mean) < 0.05, "\(mean) \(variance)")
    #expect(abs(variance - 0.25) < 0.03, "\(mean) \(variance)")
  }
}
