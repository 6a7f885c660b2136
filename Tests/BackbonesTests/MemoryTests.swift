import Checkpoints
import LoRA
import PETL
import TestSupport
import Testing

@testable import Backbones

/// In processes of their own: the pool of buffers belongs to the whole process, and other suites
/// run at the same time.
///
/// One worker: how much scratch memory others take at once is up to chance.
@Suite("The memory of a training step of a frozen ViT", .serialized)
struct MemoryTests {
  @Test("after the forward pass is what the backward pass needs")
  func forwardPass() async {
    await #expect(processExitsWith: .success) {
      Workers.with(count: 1) {
        let step = FrozenStep()
        // The first gradient packs the weights for its direction, for good.
        step.take()
        let before = BufferPool.statistics.bytesInUse
        let loss = step.loss()
        let kept = Double(BufferPool.statistics.bytesInUse - before)
        let expected = Double(step.expectedBytes)
        // Beside the tokens there are only the features and the head.
        #expect(kept >= expected, "\(kept / expected)")
        #expect(kept < 1.01 * expected, "\(kept / expected)")
        _ = loss.backward()
        #expect(BufferPool.statistics.bytesInUse - before < 1024)
      }
    }
  }

  @Test("has nothing of the blocks before the first adapter, and no more than the gradient after")
  func someLayers() async {
    await #expect(processExitsWith: .success) {
      Workers.with(count: 1) {
        for layers in [[2, 3], [1], [3]] {
          let step = FrozenStep(layers: layers)
          step.take()
          let before = BufferPool.statistics.bytesInUse
          let loss = step.loss()
          let kept = Double(BufferPool.statistics.bytesInUse - before)
          let expected = Double(step.expectedBytes)
          #expect(kept >= expected, "\(kept / expected)")
          #expect(kept < 1.02 * expected, "\(kept / expected)")
          #expect(loss.item.isFinite)
        }
      }
    }
  }

  @Test("without gradients is that of one layer at a time")
  func evaluation() async {
    await #expect(processExitsWith: .success) {
      Workers.with(count: 1) {
        let step = FrozenStep()
        BufferPool.resetPeak()
        let before = BufferPool.statistics.bytesInUse
        let loss = noGradient { step.loss() }
        let peak = Double(BufferPool.statistics.peakBytesInUse - before)
        // The stream before, between and after the branches, what was normalised, and the hidden layer.
        let c = step.network.configuration
        let rows = step.images.shape[0] * c.tokens
        let expected = Double(4 * rows * (4 * c.width + c.mlpWidth))
        #expect(peak < 1.1 * expected, "\(peak / expected)")
        #expect(loss.item.isFinite)
      }
    }
  }

  @Test("is the pool's from the third step on")
  func warmSteps() async {
    await #expect(processExitsWith: .success) {
      Workers.with(count: 1) {
        let step = FrozenStep()
        for _ in 0..<2 { step.take() }
        let warm = BufferPool.statistics
        step.take()
        let after = BufferPool.statistics
        #expect(after.systemAllocations == warm.systemAllocations)
        #expect(after.bytesOwned == warm.bytesOwned)
        #expect(after.bytesInUse == warm.bytesInUse)
      }
    }
  }
}

/// A training step of LoRA at queries and values of a ViT large enough that tokens dominate.
struct FrozenStep {
  let network: ViT
  let adapters: AdapterSet
  let images: Tensor
  let head: (weight: Tensor, bias: Tensor)
  let labels = Array(repeating: 1, count: 8)
  private let rank = 8

  /// The layers that have adapters.
  private let layers: [Int]

  init(layers: [Int] = [0, 1, 2, 3]) {
    self.layers = layers
    var configuration = ViTConfiguration.micro
    configuration.depth = 4
    // 512 rows: all sizes are powers of two or thrice those, which the pool does not round up.
    configuration.hasClassToken = false
    let weights = WeightProvider() { name, shape in
      var stream = RandomGenerator(seed: 1).split(name)
      return Tensor(stream.normal(shape.reduce(1, *), deviation: 0.1), shape: shape)
    }
    network = ViT(configuration, weights: weights, dropPath: 0)
    let sites = network.sites.filter {
      ($0.kind == .query || $0.kind == .value) && layers.contains($0.layer)
    }
    let options = LoRAOptions { [rank] in $0.rank = rank }
    var entries: [AdapterSet.Entry] = []
    for site in sites {
      let generator = RandomGenerator(seed: 2).split(site.name)
      guard
        let adapter = try? LoRA(site: site, options: options, generator: generator)
      else { preconditionFailure("The rank fits.") }
      entries.append(.init(site: site, adapter: adapter))
    }
    adapters = AdapterSet(entries)
    var stream = RandomGenerator(seed: 3)
    images = Tensor(stream.normal(8 * 32 * 32 * 3), shape: [8, 32, 32, 3])
    head = (Tensor.zeros([10, 128]).differentiable(), Tensor.zeros([10]).differentiable())
  }

  /// What the backward pass needs of each token, in bytes, over all tokens.
  ///
  /// In every block from the first with an adapter on: the first norm's input (from which that of
  /// LoRA is computed again), query, key and value, two numbers a head of attention, the slopes of
  /// GELU, LoRA's coefficients where there are any, and the second norm's input with mean and
  /// deviation. From the second of these blocks on also the first norm's mean and deviation; and at
  /// the end the last norm's with its input.
  var expectedBytes: Int {
    let c = network.configuration
    let block = 5 * c.width + 2 * c.heads + c.mlpWidth + 2
    let blocks = c.depth - (layers.min() ?? c.depth)
    let floats = blocks * (block + 2) + layers.count * 2 * rank + c.width
    return 4 * images.shape[0] * c.tokens * floats
  }

  func loss() -> Tensor {
    let pass = ForwardPass(over: labels.count, isTraining: true)
    return network.features(images, adapters: adapters, pass: pass)
      .linear(weight: head.weight, bias: head.bias).crossEntropy(labels)
  }

  /// Forward, backward and a step of plain descent.
  func take() {
    let gradients = loss().backward()
    let leaves = adapters.parameters.map(\.parameter.value) + [head.weight, head.bias]
    for leaf in leaves {
      guard let gradient = gradients[leaf] else { continue }
      noGradient { leaf.assign(leaf - gradient.scaled(by: 0.1)) }
    }
  }
}
