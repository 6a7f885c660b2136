import Backbones
import Checkpoints
import LoRA
import PETL
import TestSupport

/// Twenty steps of AdamW on LoRA at queries and values and a head, as
/// Tests/Fixtures/make_training.py takes them in PyTorch.
final class TrainingRun {
  let network: ViT
  let adapters: AdapterSet
  /// Every trained tensor with its name: the adapters', then `head.weight` and `head.bias`.
  let parameters: [(name: String, parameter: Parameter)]
  private let isRegularized: Bool
  private var moments: [(first: Tensor, second: Tensor)]
  private var step = 0

  /// Starts where the file says.
  ///
  /// - Parameters:
  ///   - network: frozen.
  ///   - file: with `start.` tensors: A of every site, and the head.
  ///   - hasSmallBasis: B is a tenth of the A of the site before; else zero.
  ///   - isRegularized: whether a tenth of R_l is added to the loss.
  /// - Throws: when the file lacks a tensor.
  init(
    _ network: ViT, from file: SafetensorsFile, hasSmallBasis: Bool, isRegularized: Bool
  ) throws {
    self.network = network
    self.isRegularized = isRegularized
    let sites = network.sites.filter { $0.kind == .query || $0.kind == .value }
    adapters = try AdapterSet(sites: sites, generator: RandomGenerator(seed: 0)) {
      try LoRA(site: $0, options: LoRAOptions { $0.rank = 8 }, generator: $1)
    }
    for (index, entry) in adapters.entries.enumerated() {
      let before = sites[(index + sites.count - 1) % sites.count]
      let directions = try file.tensor("start.\(entry.site.name).lora_A")
      let other = try file.tensor("start.\(before.name).lora_A")
      entry.adapter.parameters[0].update(to: directions)
      if hasSmallBasis { entry.adapter.parameters[1].update(to: other.scaled(by: 0.1)) }
    }
    let head = [
      ("head.weight", Parameter("weight", try file.tensor("start.head.weight"))),
      ("head.bias", Parameter("bias", try file.tensor("start.head.bias"), decays: false)),
    ]
    parameters = adapters.parameters + head
    moments = parameters.map { _, parameter in
      (.zeros(parameter.value.shape), .zeros(parameter.value.shape))
    }
  }

  /// The losses of one step, and its gradients, in the order of `parameters`.
  struct Step {
    let task: Float
    let total: Float
    let gradients: [Tensor]
  }

  /// Takes one step on a batch.
  func takeStep(_ images: Tensor, _ labels: [Int]) -> Step {
    step += 1
    let (task, total) = loss(images, labels)
    let found = total.backward()
    let gradients = parameters.map { _, parameter in
      found[parameter.value] ?? .zeros(parameter.value.shape)
    }
    for (index, (_, parameter)) in parameters.enumerated() {
      AdamWStep(number: step, rate: 1e-3, decay: parameter.decays ? 0.05 : 0).apply(
        to: parameter.value, gradient: gradients[index], first: moments[index].first,
        second: moments[index].second)
    }
    return Step(task: task.item, total: total.item, gradients: gradients)
  }

  /// The task's loss, and the one that is made small.
  func loss(_ images: Tensor, _ labels: [Int]) -> (task: Tensor, total: Tensor) {
    let pass = ForwardPass(over: labels.count, isTraining: true)
    let features = network.features(images, adapters: adapters, pass: pass)
    let head = parameters.suffix(2).map(\.parameter.value)
    let task = features.linear(weight: head[0], bias: head[1]).crossEntropy(labels)
    guard isRegularized else { return (task, task) }
    let penalties = pass.subspaces.map { _, subspaces in
      subspaces.centeredCoefficientGram.correlation().offDiagonalMean()
    }
    let sum = penalties.dropFirst().reduce(penalties[0], +)
    return (task, task + sum.scaled(by: 0.1 / Float(penalties.count)))
  }
}
