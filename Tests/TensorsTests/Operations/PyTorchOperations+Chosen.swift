import Tensors
import TestSupport

extension Fixture.Case {
  /// Runs the operation of `operations.json` that the case names; nil where it is another.
  func chosen(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "raised": x[0].raised(to: Double(number("exponent")))
    case "maximum": x[0].maximum(x[1])
    case "minimum": x[0].minimum(x[1])
    case "maximumOver": x[0].maximum(over: integers("axes"), keepingAxes: flag("keep"))
    case "minimumOver": x[0].minimum(over: integers("axes"), keepingAxes: flag("keep"))
    case "norm": x[0].norm(Double(number("power")), over: integers("axes"))
    case "normOfLargest": x[0].norm(.infinity, over: integers("axes"))
    case "logSumExp": x[0].logSumExp(over: integers("axes"))
    case "logSoftmax": x[0].logSoftmax()
    case "cumulativeSum": x[0].cumulativeSum(axis: integer("axis"))
    case "sorted": x[0].sorted(axis: integer("axis"), descending: flag("down"))
    case "top": x[0].top(integer("count"), axis: integer("axis")).values
    case "gatheredAlong": x[0].gathered(integers("indices"), along: integer("axis"))
    case "convolved": convolved(x)
    case "contracted": contracted(x)
    default: ofMatrices(x[0])
    }
  }

  private func convolved(_ x: [Tensor]) -> Tensor {
    let bias = x.count > 2 ? x[2] : nil
    let (stride, padding, groups) = (integer("stride"), integer("padding"), integer("groups"))
    return x[0].rank == 3
      ? x[0].convolved1D(x[1], bias: bias, stride: stride, padding: padding, groups: groups)
      : x[0].convolved2D(x[1], bias: bias, stride: stride, padding: padding, groups: groups)
  }

  private func contracted(_ x: [Tensor]) -> Tensor {
    switch x.count {
    case 1: .contracted(name, x[0])
    case 2: .contracted(name, x[0], x[1])
    case 3: .contracted(name, x[0], x[1], x[2])
    default: .contracted(name, x[0], x[1], x[2], x[3])
    }
  }

  private func ofMatrices(_ x: Tensor) -> Tensor? {
    switch operation {
    case "cholesky": return x.cholesky()
    case "logDeterminant": return x.logDeterminant()
    case "inverse": return x.inverse()
    case "diagonal": return x.diagonal()
    case "eigenvalues": return x.symmetricEigen().values
    case "eigenvectorsSquared": return x.symmetricEigen().vectors.squared()
    case "eigenFunction":
      let (values, vectors) = x.symmetricEigen()
      return (vectors * values.tanh()).matmul(vectors, transposingOther: true)
    case "singularValues": return x.singularValues().values
    case "leftSquared": return x.singularValues().left.squared()
    case "rightSquared": return x.singularValues().rightTransposed.squared()
    case "polar":
      let svd = x.singularValues()
      return svd.left.matmul(svd.rightTransposed)
    default: return nil
    }
  }

  /// How far an output or a gradient of these operations may be from PyTorch's in 64-bit floats; nil for
  /// another operation.
  var toleranceOfChosen: Tolerance? {
    switch operation {
    case "sorted", "top", "diagonal", "minimumOver": Tolerance(0, 0)
    case "maximum", "minimum", "maximumOver", "normOfLargest", "gatheredAlong":
      Tolerance(3e-7, 3e-7)
    case "norm", "cumulativeSum", "raised": Tolerance(5e-7, 5e-7)
    case "logSumExp", "logSoftmax", "softplus", "silu": Tolerance(2e-6, 1e-6)
    case "convolved", "contracted": Tolerance(4e-6, 2e-6)
    case "cholesky", "logDeterminant", "inverse", "eigenvalues", "singularValues":
      Tolerance(1e-6, 1e-6)
    // Made of vectors in 32-bit floats, and divided by gaps.
    case "eigenvectorsSquared", "eigenFunction", "leftSquared", "rightSquared", "polar":
      Tolerance(1e-5, 1e-5)
    default: nil
    }
  }
}
