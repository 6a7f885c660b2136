import Tensors
import TestSupport
import Testing

/// What operations give where a number or a derivative does not exist.
@Suite("At the edges")
struct EdgeTests {
  /// The gradient of a scalar function at x.
  private func gradient(_ x: Tensor, _ function: (Tensor) -> Tensor) -> [Float] {
    let leaf = x.differentiable()
    return function(leaf).backward()[leaf]?.values ?? []
  }

  @Test("a matrix that is not positive gives NaN, and so does one that is not finite")
  func notPositive() {
    for values in [[1, 2, 2, 1], [1, .nan, .nan, 1], [-1, 0, 0, 1]] as [[Float]] {
      let matrix = Tensor(values, shape: [2, 2])
      #expect(matrix.cholesky().values.filter { $0.isNaN }.count == 4, "\(values)")
      #expect(matrix.logDeterminant().item.isNaN, "\(values)")
      let slope = gradient(matrix) { $0.cholesky().sum() }
      #expect(slope.allSatisfy { $0.isNaN }, "\(values)")
    }
  }

  @Test("a singular matrix has no inverse, but its neighbours in a stack do")
  func singular() {
    let stack = Tensor([1, 2, 2, 4, 2, 0, 0, 4], shape: [2, 2, 2]).inverse().values
    #expect(stack[..<4].allSatisfy { $0.isNaN })
    #expect(Array(stack[4...]) == [0.5, 0, 0, 0.25])
  }

  @Test("what is not finite has no eigenvalues and no singular values")
  func notFinite() {
    let matrix = Tensor([1, .infinity, 0, 1], shape: [2, 2])
    #expect(matrix.symmetricEigen().values.values.allSatisfy { $0.isNaN })
    #expect(matrix.symmetricEigen().vectors.values.allSatisfy { $0.isNaN })
    #expect(matrix.singularValues().values.values.allSatisfy { $0.isNaN })
    #expect(matrix.singularValues().left.values.allSatisfy { $0.isNaN })
  }

  @Test("functions that do not depend on the basis have the right gradient at equal eigenvalues")
  func degenerate() {
    // tanh of 2 · 1 as a function of matrices: its slope is (1 − tanh² 2) dA.
    let slope = gradient(DoubleMatrix(diagonal: [2, 2, 2]).tensor) {
      let (values, vectors) = $0.symmetricEigen()
      return (vectors * values.tanh()).matmul(vectors, transposingOther: true).diagonal().sum()
    }
    let expected = 1 - 0.964_027_580_1 * 0.964_027_580_1
    let wanted = DoubleMatrix(diagonal: [expected, expected, expected]).elements
    #expect(Tolerance(1e-6, 0).complaint(slope, wanted) == nil)
  }

  @Test("the nuclear norm of a matrix of lower rank has a finite slope")
  func nuclear() {
    let slope = gradient(Tensor([1, 0, 0, 0, 0, 0], shape: [2, 3])) {
      $0.singularValues().values.sum()
    }
    #expect(slope.allSatisfy { $0.isFinite })
    #expect(slope[0] == 1)
    let vectors = gradient(Tensor([1, 0, 0, 0, 0, 0], shape: [2, 3])) {
      let svd = $0.singularValues()
      return svd.left.squared().sum() + svd.rightTransposed.squared().sum()
    }
    #expect(vectors.allSatisfy { $0.isFinite })
  }

  @Test("NaN goes through extremes, norms and sums, and is the last in order")
  func notANumber() {
    let x = Tensor([1, .nan, -2])
    #expect(x.maximum().item.isNaN)
    #expect(x.minimum().item.isNaN)
    #expect(x.norm(.infinity).item.isNaN)
    #expect(x.norm().item.isNaN)
    #expect(x.maximum(Tensor(0)).values[1].isNaN)
    #expect(Tensor(0).minimum(x).values[1].isNaN)
    #expect(x.logSumExp().item.isNaN)
    #expect(x.sortedIndices() == [2, 0, 1])
    #expect(x.sortedIndices(descending: true) == [1, 0, 2])
    #expect(x.cumulativeSum(axis: 0).values[2].isNaN)
    #expect(x.softplus().values[1].isNaN)
  }

  @Test("the slope of a norm of zeros is 0, and −∞ has the logarithm's sum −∞")
  func zeros() {
    for p in [1, 2, 3, .infinity] {
      let slope = gradient(.zeros([3])) { $0.norm(p) }
      #expect(slope == [0, 0, 0], "\(p)")
    }
    #expect(Tensor([-.infinity, -.infinity]).logSumExp().item == -.infinity)
    #expect(abs(Tensor([1000, 1000]).logSumExp().item - 1000.693_147) < 1e-4)
  }

  @Test("equal elements stay in their order, either way")
  func stable() {
    let x = Tensor([2, 1, 2, 1, 3, 1], shape: [2, 3])
    #expect(x.sortedIndices() == [1, 0, 2, 0, 2, 1])
    #expect(x.sortedIndices(descending: true) == [0, 2, 1, 1, 0, 2])
    #expect(x.sortedIndices(axis: 0) == [1, 0, 1, 0, 1, 0])
    let (values, indices) = x.top(1, axis: 0)
    #expect(values.shape == [1, 3])
    #expect(values.values == [2, 3, 2])
    #expect(indices == [0, 1, 0])
  }

  @Test("the results do not depend on the number of threads")
  func threads() {
    let x = sample([3, 9, 7, 8], 1)
    let kernel = sample([8, 1, 3, 3], 2)
    func results(_ count: Int) -> [[Float]] {
      Workers.with(count: count) {
        let leaf = kernel.differentiable()
        let y = x.convolved2D(leaf, padding: 1, groups: 8)
        return [
          y.values, y.backward(from: y.detached())[leaf]?.values ?? [],
          x.norm(over: [1]).values, x.cumulativeSum(axis: 1).values,
        ]
      }
    }
    #expect(results(1) == results(3))
  }
}
