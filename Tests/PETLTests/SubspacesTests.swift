import PETL
import Testing

struct SubspacesTests {
  private let s: Tensor
  private let b: Tensor
  private let a: Tensor
  private let subspaces: Subspaces

  init() {
    var generator = RandomGenerator(seed: 4)
    s = Tensor(generator.normal(12 * 3), shape: [12, 3]).differentiable()
    b = Tensor(generator.normal(3 * 5), shape: [3, 5]).differentiable()
    a = Tensor(generator.normal(3 * 7), shape: [3, 7]).differentiable()
    subspaces = Subspaces(coefficients: s, basis: b, directions: a, images: 4)
  }

  /// XᵀX in 64 bits of rows of a matrix, centred or not.
  private func gram(_ x: [Float], _ columns: Int, centered: Bool = false) -> [Double] {
    let rows = x.count / columns
    let means = (0..<columns).map { j in
      centered ? (0..<rows).reduce(0) { $0 + Double(x[$1 * columns + j]) } / Double(rows) : 0
    }
    return (0..<columns * columns).map { k in
      let (i, j) = (k / columns, k % columns)
      return (0..<rows).reduce(0) {
        $0 + (Double(x[$1 * columns + i]) - means[i]) * (Double(x[$1 * columns + j]) - means[j])
      }
    }
  }

  private func expect(_ tensor: Tensor?, _ expected: [Double]) {
    let values = tensor?.values ?? []
    #expect(values.count == expected.count)
    for (x, y) in zip(values, expected) { #expect(abs(Double(x) - y) < 1e-5 * max(1, abs(y))) }
  }

  @Test func gramMatricesAreThoseOfTheValues() {
    expect(subspaces.coefficientGram, gram(s.values, 3))
    expect(subspaces.centeredCoefficientGram, gram(s.values, 3, centered: true))
    expect(subspaces.basisGram, gram(b.transposed().values, 3))
    expect(subspaces.directionGram, gram(a.transposed().values, 3))
  }

  @Test func everythingIsComputedOnce() {
    let asked: [(Subspaces) -> Tensor?] = [
      { $0.coefficientGram }, { $0.centeredCoefficientGram }, { $0.basisGram },
      { $0.directionGram }, { $0.featureMaps },
      { $0.inWeightSpace?.coefficientGram },
    ]
    for ask in asked {
      let first = ask(subspaces)?.node
      #expect(first != nil)
      #expect(first === ask(subspaces)?.node)
    }
    #expect(subspaces.inWeightSpace === subspaces.inWeightSpace)
  }

  @Test func theSumOfFeatureMapsIsDelta() {
    #expect(subspaces.featureMaps.shape == [3, 12, 5])
    expect(subspaces.featureMaps.sum(over: [0]), subspaces.delta.values.map(Double.init))
    #expect(subspaces.count == 3)
    #expect(subspaces.tokens == 12)
    #expect(subspaces.pairCount == 3)
  }

  @Test func inWeightSpaceDirectionsTakeTheCoefficientsPlace() throws {
    let weights = try #require(subspaces.inWeightSpace)
    #expect(weights.tokens == 7)
    #expect(weights.count == 3)
    #expect(weights.images == 1)
    expect(weights.coefficientGram, gram(a.transposed().values, 3))
    expect(weights.delta, a.matmul(b, transposingSelf: true).values.map(Double.init))
    let nonlinear = Subspaces(coefficients: s, basis: b, images: 4)
    #expect(nonlinear.inWeightSpace == nil)
    #expect(nonlinear.directionGram == nil)
  }

  @Test func gradientsFlowThroughEveryOne() {
    let check = GradientCheck.run([s, b, a]) { leaves in
      let subspaces = Subspaces(
        coefficients: leaves[0], basis: leaves[1], directions: leaves[2], images: 4)
      return [
        subspaces.coefficientGram, subspaces.centeredCoefficientGram, subspaces.basisGram,
        subspaces.directionGram ?? Tensor(0), subspaces.featureMaps,
      ].map { $0.squared().sum() }.reduce(Tensor(0), +).scaled(by: 0.01)
    }
    #expect(check.worst < 5e-3, "\(check)")
  }

  @Test func aBiasIsAddedButBelongsToNoSubspace() {
    let bias = Tensor([1, -2, 3, -4, 5], shape: [5])
    let biased = Subspaces(
      coefficients: s, basis: b, directions: a, images: 4, bias: bias)
    let expected = zip(subspaces.delta.values, 0...).map { Double($0 + bias.values[$1 % 5]) }
    expect(biased.delta, expected)
    #expect(biased.count == 3)
    expect(biased.featureMaps.sum(over: [0]), subspaces.delta.values.map(Double.init))
    expect(biased.basisGram, subspaces.basisGram.values.map(Double.init))
    expect(biased.coefficientGram, subspaces.coefficientGram.values.map(Double.init))
  }

  /// What stands in the rows that fill a text up changes no Gram matrix.
  @Test func rowsThatFillUpTakePartInNothing() {
    let rows = TokenRows(lengths: [3, 1, 2, 3], feature: .last)
    let pass = ForwardPass(isTraining: false, images: 4, generator: RandomGenerator(seed: 0))
    let site = AdaptationSite(kind: .query, layer: 0, inputWidth: 7, outputWidth: 5)
    let entry = AdapterSet.Entry(
      site: site,
      adapter: Bias(site: site, options: NoOptions(), generator: RandomGenerator(seed: 0)))
    var spoiled = s.values
    for row in [4, 5, 8] { for j in 0..<3 { spoiled[row * 3 + j] = 1e3 } }
    pass.counting(rows) {
      pass.record(
        entry,
        subspaces: Subspaces(
          coefficients: Tensor(spoiled, shape: [12, 3]), basis: b, images: 4), input: s)
    }
    pass.record(entry, subspaces: subspaces, input: s)
    let kept = [0, 1, 2, 3, 6, 7, 9, 10, 11].flatMap { Array(s.values[$0 * 3..<($0 + 1) * 3]) }
    let counted = pass.subspaces[0].subspaces
    expect(counted.coefficientGram, gram(kept, 3))
    expect(counted.centeredCoefficientGram, gram(kept, 3, centered: true))
    #expect(counted.tokens == 9)
    #expect(counted.images == 4)
    #expect(counted.rows.features == [2, 3, 5, 8])
    #expect(pass.subspaces[1].subspaces.tokens == 12)
  }

  @Test func gradientsOfTextsFlowToTheirTokensOnly() {
    let rows = TokenRows(lengths: [3, 1, 2, 3])
    let pass = ForwardPass(isTraining: false, images: 4, generator: RandomGenerator(seed: 0))
    let site = AdaptationSite(kind: .query, layer: 0, inputWidth: 7, outputWidth: 5)
    let entry = AdapterSet.Entry(
      site: site,
      adapter: Bias(site: site, options: NoOptions(), generator: RandomGenerator(seed: 0)))
    pass.counting(rows) { pass.record(entry, subspaces: subspaces, input: s) }
    let loss = pass.subspaces[0].subspaces.coefficientGram.squared().sum()
    let slope = loss.backward()[s]?.values ?? []
    #expect(slope.count == 36)
    for row in 0..<12 {
      let isZero = slope[row * 3..<(row + 1) * 3].allSatisfy { $0 == 0 }
      #expect(isZero == [4, 5, 8].contains(row))
    }
  }
}
