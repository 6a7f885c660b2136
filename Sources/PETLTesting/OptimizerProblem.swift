import PETL

/// A matrix, a vector and a pair of factors that should reach their targets: a loss with a minimum of 0.
struct OptimizerProblem {
  /// What moves.
  let trained: TrainedParameters
  private let targets: [Tensor]
  private let product: Tensor

  init(seed: UInt64) {
    var stream = RandomGenerator(seed: seed).split("problem")
    let matrix = Parameter("matrix", Tensor(stream.normal(30), shape: [5, 6]))
    let vector = Parameter("vector", Tensor(stream.normal(4)), decays: false)
    let a = Parameter("a", Tensor(stream.normal(12), shape: [2, 6]))
    // ΔW starts at zero, as an adapter's does.
    let b = Parameter("b", Tensor.zeros([2, 5]))
    let targets = [
      Tensor(stream.normal(30), shape: [5, 6]), Tensor(stream.normal(4)),
    ]
    self.init(matrix, vector, a, b, targets, Tensor(stream.normal(30), shape: [5, 6]))
  }

  private init(
    _ matrix: Parameter, _ vector: Parameter, _ a: Parameter, _ b: Parameter,
    _ targets: [Tensor], _ product: Tensor
  ) {
    trained = TrainedParameters(
      [matrix, vector, a, b].map { ($0.name, $0) },
      factors: [FactorPair(name: "pair", directions: a, basis: b)])
    (self.targets, self.product) = (targets, product)
  }

  /// The same problem with parameters of its own at the same values.
  func copied() -> OptimizerProblem {
    let copies = trained.named.map {
      Parameter($0.name, $0.parameter.value.copied(), decays: $0.parameter.decays)
    }
    return OptimizerProblem(copies[0], copies[1], copies[2], copies[3], targets, product)
  }

  /// Half the sum of squared distances to the targets, a scalar.
  func loss() -> Tensor {
    let values = trained.named.map(\.parameter.value)
    let pair = values[3].matmul(values[2], transposingSelf: true)
    let distances = [values[0] - targets[0], values[1] - targets[1], pair - product]
    return distances.map { $0.squared().sum() }.reduce(Tensor(0)) { $0 + $1 }.scaled(by: 0.5)
  }

  /// The loss as a rule asks for it.
  var objective: LossObjective { LossObjective { loss() } }

  /// The bits of every parameter by name.
  var bits: [String: [UInt32]] {
    Dictionary(
      trained.named.map { ($0.name, $0.parameter.value.bits) },
      uniquingKeysWith: { first, _ in first })
  }
}

/// An objective that counts how often it was asked for gradients.
final class CountingObjective: StepObjective {
  private let counted: LossObjective
  private(set) var gradientCount = 0

  init(_ objective: LossObjective) { counted = objective }

  func gradients() -> StepGradients {
    gradientCount += 1
    return counted.gradients()
  }

  func loss() -> Double { counted.loss() }
}
