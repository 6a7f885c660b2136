import PETL
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

struct CorrelationTests {
  private func coefficients(_ seed: UInt64 = 3) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return Tensor(generator.normal(20 * 4), shape: [20, 4])
  }

  @Test func isTheCosineOfColumns() {
    let s = coefficients()
    let rho = s.gram().correlation().values
    for i in 0..<4 {
      for j in 0..<4 {
        let (x, y) = (s.sliced(axis: 1, i..<i + 1), s.sliced(axis: 1, j..<j + 1))
        let cosine = (x * y).sum() / (x.squared().sum() * y.squared().sum()).sqrt()
        #expect(abs(rho[i * 4 + j] - cosine.item) < 1e-6)
      }
    }
  }

  @Test func itsGradientIsThatOfFiniteDifferences() {
    let check = GradientCheck.run([coefficients()]) { $0[0].gram(centered: true).correlation() }
    #expect(check.worst < 5e-3, "\(check)")
  }

  @Test(arguments: [1, 1.5, 2, 3])
  func offDiagonalMeanAndItsGradient(_ exponent: Double) {
    let gram = coefficients().gram()
    let x = gram.correlation().values
    var expected = 0.0
    for i in 0..<4 {
      for j in 0..<i { expected += exp(exponent * log(Double(abs(x[i * 4 + j])))) / 6 }
    }
    let mean = gram.correlation().offDiagonalMean(exponent: exponent)
    #expect(abs(Double(mean.item) - expected) < 1e-6)
    let check = GradientCheck.run([coefficients()], floor: 1e-3) {
      $0[0].gram().correlation().offDiagonalMean(exponent: exponent).scaled(by: 10)
    }
    #expect(check.worst < 5e-3, "\(check)")
  }

  @Test func aDeadSubspaceHasNoCorrelationAndNoGradient() {
    let dead = Tensor([1, 0, 1, 1], shape: [1, 4])
    let s = (coefficients() * dead).differentiable()
    let rho = s.gram().correlation()
    #expect((0..<4).allSatisfy { rho.values[4 + $0] == 0 })
    #expect((0..<4).allSatisfy { rho.values[$0 * 4 + 1] == 0 })
    let gradient = rho.offDiagonalMean().backward()[s]
    #expect(gradient?.values.allSatisfy(\.isFinite) == true)
    #expect(gradient?.sliced(axis: 1, 1..<2).values.allSatisfy { $0 == 0 } == true)
    let zero = Tensor.zeros([20, 4]).differentiable()
    let value = zero.gram().correlation().offDiagonalMean()
    #expect(value.item == 0)
    #expect(value.backward()[zero]?.values.allSatisfy { $0 == 0 } == true)
  }

  @Test func aNaNShows() {
    #expect(Tensor([.nan, 0, 0, 1], shape: [2, 2]).correlation().values[0].isNaN)
    #expect(Tensor([1, .nan, .nan, 1], shape: [2, 2]).offDiagonalMean().item.isNaN)
  }

  @Test func oneSubspaceHasNoPairs() {
    #expect(Tensor([2], shape: [1, 1]).correlation().offDiagonalMean().item == 0)
  }
}
