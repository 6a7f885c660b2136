import Tensors
import TestSupport
import Testing

/// A differentiable function and where to check it.
struct Differentiable: Sendable, CustomStringConvertible {
  let description: String
  let shapes: [[Int]]
  /// Brings the inputs to where the function is smooth.
  let shift: Float
  let function: @Sendable ([Tensor]) -> Tensor

  init(
    _ name: String, _ shapes: [Int]..., shift: Float = 0,
    function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.description = name
    self.shapes = shapes
    self.shift = shift
    self.function = function
  }

  /// Normal values, or with a shift values in [shift, shift + 1).
  var inputs: [Tensor] {
    shapes.enumerated().map { position, shape in
      var generator = RandomGenerator(seed: 5).split(description, position)
      let count = shape.reduce(1, *)
      return Tensor(
        shift == 0 ? generator.normal(count) : generator.uniform(count, in: shift..<shift + 1),
        shape: shape)
    }
  }

  static let all: [Differentiable] =
    products + arithmetic + elementwise + arrangements + layers + texts + lines + grids + matrices

  static let products: [Differentiable] = [
    .init("matmul", [5, 7], [7, 3]) { $0[0].matmul($0[1]) },
    .init("matmul a transposed", [2, 7, 5], [2, 7, 3]) {
      $0[0].matmul($0[1], transposingSelf: true)
    },
    .init("matmul b transposed", [2, 5, 7], [3, 7]) {
      $0[0].matmul($0[1], transposingOther: true)
    },
    .init("matmul both transposed", [2, 7, 5], [3, 7]) {
      $0[0].matmul($0[1], transposingSelf: true, transposingOther: true)
    },
    .init("linear", [2, 5, 7], [3, 7], [3]) { $0[0].linear(weight: $0[1], bias: $0[2]) },
    .init("frozen linear", [5, 7]) {
      $0[0].mapped(by: DenseFrozenMap(weight: sample([3, 7], 9), bias: sample([3], 10)))
    },
    .init("projected", [2, 5, 19], [3, 19]) { $0[0].projected(onto: $0[1]) },
    .init("expanded", [2, 5, 3], [3, 19]) { $0[0].expanded(in: $0[1]) },
    .init("adding", [2, 5, 9], [2, 5, 2], [2, 4], [2, 5, 3]) {
      $0[0].adding([
        ColumnUpdate(lowRank: $0[1], $0[2], column: 1), ColumnUpdate(full: $0[3], column: 6),
      ])
    },
    .init("scaling columns", [2, 5, 9], [3], [3], [4], [10, 2]) {
      $0[0].adding([
        ColumnUpdate(scaling: $0[1], shift: $0[2], column: 5),
        ColumnUpdate(scaling: $0[3], shift: nil, column: 1),
        ColumnUpdate(full: $0[4], column: 6),
      ])
    },
  ]

  static let arithmetic: [Differentiable] = [
    .init("+", [3, 1, 5], [2, 1]) { $0[0] + $0[1] },
    .init("-", [3, 5], []) { $0[0] - $0[1] },
    .init("*", [3, 5], [5]) { $0[0] * $0[1] },
    .init("/", [3, 5], [3, 1], shift: 0.7) { $0[0] / $0[1] },
    .init("numbers", [3, 5]) { 2 - ($0[0] * 3 + 1) / 4 - (-$0[0]) * 0.5 },
    .init("x x", [7]) { $0[0] * $0[0] },
    .init("x / x²", [7], shift: 0.7) { $0[0] / ($0[0] * $0[0]) },
    .init("sum", [3, 5]) { $0[0].squared().sum() },
    .init("mean", [3, 5]) { $0[0].squared().mean() },
    .init("sum over", [2, 3, 5]) { $0[0].squared().sum(over: [0, -1]) },
    .init("mean over", [2, 3, 5]) { $0[0].squared().mean(over: [1], keepingAxes: true) },
  ]

  static let elementwise: [Differentiable] = [
    .init("exp", [37]) { $0[0].exp() },
    .init("log", [37], shift: 0.7) { $0[0].log() },
    .init("sqrt", [37], shift: 0.7) { $0[0].sqrt() },
    .init("abs", [37], shift: 0.2) { ($0[0] * Tensor(signs, shape: [37])).abs() },
    .init("squared", [37]) { $0[0].squared() },
    .init("relu", [37], shift: 0.2) { ($0[0] * Tensor(signs, shape: [37])).relu() },
    .init("gelu", [37]) { $0[0].gelu() },
    .init("quickGELU", [37]) { $0[0].quickGELU() },
    .init("geluTanh", [37]) { $0[0].geluTanh() },
    .init("tanh", [37]) { $0[0].tanh() },
    .init("sin", [37]) { $0[0].sin() },
    .init("cos", [37]) { $0[0].cos() },
    .init("gram", [9, 5]) { $0[0].gram() },
    .init("gram centred", [9, 5]) { $0[0].gram(centered: true) },
    .init("sigmoid", [37]) { $0[0].sigmoid() },
    .init("reciprocal", [37], shift: 0.7) { $0[0].reciprocal() },
    .init("clamped", [37], shift: 0.2) { ($0[0] * Tensor(signs, shape: [37])).clamped(to: 0...2) },
  ]

  static let arrangements: [Differentiable] = [
    .init("reshaped", [3, 4]) { $0[0].squared().reshaped([2, -1]) },
    .init("transposed", [2, 3, 5]) { $0[0].squared().transposed([2, 0, 1]) },
    .init("transposed last two", [2, 3, 5]) { $0[0].squared().transposed() },
    .init("sliced", [5, 7]) { $0[0].squared().sliced(axis: 0, 1..<4).sliced(axis: 1, 2..<7) },
    .init("concatenated", [2, 3], [2, 4]) { .concatenated([$0[0], $0[1].squared()], axis: 1) },
    .init("broadcast", [3, 1]) { $0[0].squared().broadcast(to: [2, 3, 4]) },
    .init("gathered", [4, 3]) { $0[0].squared().gathered([3, 0, 3]) },
    .init("patches", [1, 5, 7, 2]) { $0[0].squared().patches(size: 2) },
  ]

  static let layers: [Differentiable] = [
    .init("softmax", [3, 19]) { $0[0].softmax() },
    .init("cross-entropy", [3, 19]) { $0[0].crossEntropy([0, 18, 7]) },
    .init("layer norm", [2, 3, 19], [19], [19]) {
      $0[0].layerNorm(gamma: $0[1], beta: $0[2], eps: 1e-6)
    },
    .init("attention", [2, 7, 18]) { $0[0].attention(heads: 2) },
    .init("attention with a mask", [2, 7, 18]) {
      $0[0].attention(heads: 2, bias: .causal(tokens: 7, headWidth: 3))
    },
    .init("attention of some", [2, 19, 15]) { $0[0].attention(heads: 1, queries: 3) },
    .init("branch", [3, 2, 5], [3, 2, 5]) { $0[0].addingBranch($0[1], factors: [0, 1.5, 2]) },
    .init("dropout", [3, 19]) {
      var generator = RandomGenerator(seed: 3)
      return $0[0].dropout(0.3, using: &generator)
    },
    .init("block", [2, 5, 6], [6], [6], [18, 6], [6, 6]) { x in
      let normal = x[0].layerNorm(gamma: x[1], beta: x[2], eps: 1e-6)
      let mixed = normal.linear(weight: x[3]).attention(heads: 3).linear(weight: x[4])
      let stream = x[0].addingBranch(mixed)
      return stream.addingBranch(stream.gelu())
    },
  ]

  private static let signs: [Float] = (0..<37).map { $0 % 3 == 0 ? -1 : 1 }
}

@Suite("Gradients agree with finite differences")
struct FiniteDifferenceTests {
  @Test("Every differentiable operation", arguments: Differentiable.all)
  func agrees(_ operation: Differentiable) {
    let check = GradientCheck.run(operation.inputs, operation.function)
    #expect(check.worst < 2e-3, "\(check)")
  }

  @Test("A wrong gradient is found", arguments: [0.9, -1, 0, Float.nan])
  func findsWrong(factor: Float) {
    let check = GradientCheck.run([sample([5], 1), sample([7], 2)]) { x in
      let wrong = Tensor.custom(from: [x[1]], result: x[1].detached().squared()) { gradient in
        [gradient * x[1].detached() * (2 * factor)]
      }
      return Tensor.concatenated([x[0].squared(), wrong], axis: 0)
    }
    #expect(!(check.worst < 0.05), "\(check)")
    #expect(check.input == 1)
  }

  @Test("One NaN among good directions is not hidden")
  func keepsNaN() {
    let check = GradientCheck.run([sample([5], 1), sample([7], 2)]) { x in
      let bad = Tensor.custom(from: [x[0]], result: x[0].detached()) { $0.mapped { _ in .nan } }
      return Tensor.concatenated([bad, x[1]], axis: 0)
    }
    #expect(check.worst.isNaN)
    #expect(check.input == 0)
  }

  @Test("An input that the result does not depend on has no gradient")
  func independent() {
    let check = GradientCheck.run([sample([5], 1), sample([7], 2)]) { $0[0].squared() }
    #expect(check.worst < 2e-3, "\(check)")
  }
}

extension Tensor {
  fileprivate func mapped(_ function: (Float) -> Float) -> [Tensor?] {
    [Tensor(values.map(function), shape: shape)]
  }
}
