import Tensors
import TestSupport

extension Fixture.Case {
  /// Runs the operation that the case names.
  func run(_ x: [Tensor]) -> Tensor {
    switch operation {
    case "matmul":
      x[0].matmul(x[1], transposingSelf: flag("ta"), transposingOther: flag("tb"))
    case "linear": x[0].linear(weight: x[1], bias: x.count > 2 ? x[2] : nil)
    case "frozenLinear":
      x[0].mapped(by: DenseFrozenMap(weight: x[1], bias: x.count > 2 ? x[2] : nil))
    case "projected": x[0].projected(onto: x[1])
    case "expanded": x[0].expanded(in: x[1])
    case "adding": x[0].adding(updates(x))
    case "add": x[0] + x[1]
    case "subtract": x[0] - x[1]
    case "multiply": x[0] * x[1]
    case "divide": x[0] / x[1]
    case "scaled": x[0].scaled(by: number("factor"))
    case "addingBranch": x[0].addingBranch(x[1], factors: numbers["factors"])
    case "softmax": x[0].softmax()
    case "layerNorm": x[0].layerNorm(gamma: x[1], beta: x[2], eps: number("eps"))
    case "crossEntropy": x[0].crossEntropy(integers("labels"))
    case "attention": x[0].attention(heads: integer("heads"))
    case "patchEmbedding":
      x[0].patches(size: integer("size"))
        .linear(weight: x[1].reshaped([x[1].shape[0], -1]), bias: x[2])
    default: arranged(x) ?? ofTexts(x) ?? chosen(x) ?? mapped(x[0])
    }
  }

  /// Reductions and other arrangements.
  private func arranged(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "sum": x[0].sum()
    case "mean": x[0].mean()
    case "sumOver": x[0].sum(over: integers("axes"), keepingAxes: flag("keep"))
    case "meanOver": x[0].mean(over: integers("axes"), keepingAxes: flag("keep"))
    case "reshaped": x[0].reshaped(integers("target"))
    case "transposed": x[0].transposed(integers("axes"))
    case "sliced":
      x[0].sliced(axis: integer("axis"), integers("range")[0]..<integers("range")[1])
    case "concatenated": Tensor.concatenated(x, axis: integer("axis"))
    case "broadcast": x[0].broadcast(to: integers("target"))
    case "gathered": x[0].gathered(integers("indices"))
    case "gram": x[0].gram(centered: flag("centered"))
    default: nil
    }
  }

  /// Element-wise functions.
  private func mapped(_ x: Tensor) -> Tensor {
    switch operation {
    case "exp": x.exp()
    case "log": x.log()
    case "sqrt": x.sqrt()
    case "abs": x.abs()
    case "squared": x.squared()
    case "relu": x.relu()
    case "gelu": x.gelu()
    case "quickGELU": x.quickGELU()
    case "tanh": x.tanh()
    case "softplus": x.softplus()
    case "silu": x.silu()
    case "sigmoid": x.sigmoid()
    case "reciprocal": x.reciprocal()
    case "sin": x.sin()
    case "cos": x.cos()
    case "sign": x.sign()
    case "clamped": x.clamped(to: (numbers["bounds"] ?? [])[0]...(numbers["bounds"] ?? [])[1])
    default: preconditionFailure("The fixture has an unknown operation, \(operation).")
    }
  }

  /// Triples of first column, width and rank; rank 0 is an update in full.
  private func updates(_ x: [Tensor]) -> [ColumnUpdate] {
    let columns = integers("columns")
    var next = 1
    return stride(from: 0, to: columns.count, by: 3).map { i in
      let isFull = columns[i + 2] == 0
      defer { next += isFull ? 1 : 2 }
      return isFull
        ? ColumnUpdate(full: x[next], column: columns[i])
        : ColumnUpdate(lowRank: x[next], x[next + 1], column: columns[i])
    }
  }

  /// How far an output or a gradient may be from PyTorch's in 64-bit floats.
  ///
  /// The inputs are of order one; sums of K products have an error that grows with K's root.
  var tolerance: Tolerance {
    switch operation {
    case "reshaped", "transposed", "concatenated", "abs", "relu", "clamped",
      "sign":
      Tolerance(0, 0)
    case "add", "subtract", "multiply", "divide", "scaled", "sumOver", "meanOver", "sum", "mean",
      "sliced", "broadcast", "gathered", "addingBranch":
      Tolerance(5e-7, 3e-7)
    case "exp", "log", "sqrt", "squared", "tanh", "sigmoid", "reciprocal": Tolerance(2e-7, 3e-7)
    case "gelu", "quickGELU", "softmax", "crossEntropy": Tolerance(5e-7, 5e-7)
    case "matmul", "linear", "frozenLinear", "projected", "expanded", "adding", "patchEmbedding",
      "attention":
      Tolerance(2e-6, 1e-6)
    case "sin", "cos": Tolerance(4e-7, 3e-7)
    case "layerNorm": Tolerance(1e-6, 1e-6)
    case "gram": Tolerance(1e-5, 1e-6)  // sums of up to 131 products
    default: toleranceOfChosen ?? toleranceOfTexts ?? Tolerance(0, 0)
    }
  }
}
