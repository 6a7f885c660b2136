import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Against PyTorch in double precision (Tests/Fixtures/make_training.py).
@Suite("Training all weights")
struct AllWeightsTests {
  /// Which weights are trained; the others are frozen, packed maps among them.
  enum Choice: String, CaseIterable, Sendable {
    case all
    case biases
    case norms
    case matrices

    func contains(_ weight: BackboneWeight) -> Bool {
      switch self {
      case .all: true
      case .biases: weight.name.hasSuffix(".bias")
      case .norms: weight.name.contains("norm")
      case .matrices: weight.name.hasSuffix(".weight") && weight.shape.count > 1
      }
    }
  }

  @Test(
    "gives PyTorch's gradient of every tensor that is trained", arguments: ["token", "average"],
    Choice.allCases)
  func gradients(_ name: String, _ choice: Choice) throws {
    let file = try SafetensorsFile(fixture: "vit/\(name).safetensors")
    let training = try SafetensorsFile(fixture: "training/small.safetensors")
    let golden = try SafetensorsFile(fixture: "training/gradients.safetensors")
    let values = try Dictionary(
      uniqueKeysWithValues: file.entries.map { ($0.name, try file.tensor($0.name)) })
    let weights = WeightProvider(training: choice.contains) { name, shape in
      values[name] ?? .zeros(shape)
    }
    let network = ViT(try ViTCheckpoint(file).configuration, weights: weights, dropPath: 0)
    let head = [
      ("head.weight", Parameter("weight", try file.tensor("head.weight"))),
      ("head.bias", Parameter("bias", try file.tensor("head.bias"))),
    ]
    let parameters = network.parameters + head
    let expected = file.entries.map { BackboneWeight(name: $0.name, shape: $0.shape) }
      .filter { choice.contains($0) || $0.name.hasPrefix("head.") }
    #expect(Set(parameters.map(\.name)) == Set(expected.map(\.name)))

    let features = network.features(
      try training.tensor("images").gathered([0, 1, 2, 3]), adapters: .none,
      pass: ForwardPass(over: 4, isTraining: true))
    let loss = features.linear(weight: head[0].1.value, bias: head[1].1.value)
      .crossEntropy(Array(try training.integers("labels").prefix(4)))
    let difference = abs(loss.item / (try golden.floats("\(name).loss")[0]) - 1)
    #expect(difference < 1e-5)
    let gradients = loss.backward()
    for (parameterName, parameter) in parameters {
      let expected = try golden.tensor("\(name).\(parameterName)")
      let gradient = try #require(gradients[parameter.value], "\(parameterName)")
      let difference = relativeDistance(gradient, expected)
      #expect(difference < 1e-4, "\(parameterName)")
    }
  }

  @Test("starts from zero biases, unit norms and small matrices, and decays matrices only")
  func start() throws {
    var configuration = ViTConfiguration.micro
    configuration.depth = 1
    let network = ViT(untrained: configuration, generator: RandomGenerator(seed: 5))
    let expected = configuration.tensors()
    #expect(network.parameters.map(\.name).sorted() == expected.map(\.name).sorted())
    for (name, parameter) in network.parameters {
      let values = parameter.value.values
      let isNorm = name.contains("norm")
      let isMatrix = name.hasSuffix(".weight") && !isNorm
      #expect(parameter.decays == isMatrix, "\(name)")
      if name.hasSuffix(".bias") || isNorm {
        let constant: Float = name.hasSuffix(".bias") ? 0 : 1
        #expect(Set(values) == [constant], "\(name)")
      } else {
        let square = values.reduce(0) { $0 + $1 * $1 } / Float(values.count)
        let ratio = square.squareRoot() / deviation(name, parameter.value)
        #expect(abs(ratio - 1) < 0.25, "\(name)")
      }
    }
    let positions = try #require(network.parameters.first { $0.name == "pos_embed" })
    let rows = positions.parameter.value.values
    // Zero for the class token, and no two places alike.
    let places = stride(from: 0, to: rows.count, by: 128).map { Array(rows[$0..<$0 + 128]) }
    #expect(places[0] == Array(repeating: 0, count: 128))
    #expect(Set(places).count == 65)
    let again = ViT(untrained: configuration, generator: RandomGenerator(seed: 5))
    for (one, other) in zip(network.parameters, again.parameters) {
      #expect(one.parameter.value.values == other.parameter.value.values)
    }
  }

  /// Of Xavier's uniform matrices; sines and cosines of half the length for positions.
  private func deviation(_ name: String, _ value: Tensor) -> Float {
    if name == "cls_token" { return 0.02 }
    if name == "pos_embed" { return 0.5 * Float(0.5).squareRoot() }
    let outputs = value.shape[0]
    return (2 / Float(outputs + value.count / outputs)).squareRoot()
  }
}
