import TestSupport
import Testing

@testable import Tensors

/// An operation on a tensor in a graph, and what the graph then keeps of it.
struct Keeper: Sendable, CustomStringConvertible {
  let description: String
  let keepsInput: Bool
  let function: @Sendable (Tensor) -> Tensor

  init(_ name: String, keepsInput: Bool, function: @escaping @Sendable (Tensor) -> Tensor) {
    self.description = name
    self.keepsInput = keepsInput
    self.function = function
  }

  static let all: [Keeper] = [
    .init("frozen linear", keepsInput: false) {
      $0.mapped(by: DenseFrozenMap(weight: sample([3, 8]), bias: sample([3])))
    },
    .init("linear, frozen weight", keepsInput: false) { $0.linear(weight: sample([3, 8])) },
    .init("linear, trained bias", keepsInput: false) {
      $0.linear(weight: sample([3, 8]), bias: sample([3]).differentiable())
    },
    .init("linear, trained weight", keepsInput: true) {
      $0.linear(weight: sample([3, 8]).differentiable())
    },
    .init("matmul, frozen", keepsInput: false) { $0.matmul(sample([8, 3])) },
    .init("matmul, trained", keepsInput: true) { $0.matmul(sample([8, 3]).differentiable()) },
    .init("projected, frozen", keepsInput: false) { $0.projected(onto: sample([2, 8])) },
    .init("projected, trained", keepsInput: true) {
      $0.projected(onto: sample([2, 8]).differentiable())
    },
    .init("expanded, frozen", keepsInput: false) { $0.expanded(in: sample([8, 9])) },
    .init("adding", keepsInput: false) {
      sample([5, 16]).adding([ColumnUpdate(lowRank: $0, sample([8, 6]), column: 3)])
    },
    .init("adding in full", keepsInput: false) {
      sample([5, 16]).adding([ColumnUpdate(full: $0, column: 3)])
    },
    .init("adding to it", keepsInput: false) {
      $0.adding([ColumnUpdate(full: sample([5, 2]).differentiable(), column: 3)])
    },
    .init("concatenated", keepsInput: false) { .concatenated([$0, sample([5, 2])], axis: 1) },
    .init("dropout", keepsInput: false) {
      var generator = RandomGenerator(seed: 1)
      return $0.dropout(0.5, using: &generator)
    },
    .init("patches", keepsInput: false) { $0.reshaped([1, 5, 8, 1]).patches(size: 2) },
    .init("times frozen", keepsInput: false) { $0 * sample([8]) },
    .init("times trained", keepsInput: true) { $0 * sample([8]).differentiable() },
    .init("plus trained", keepsInput: false) { $0 + sample([8]).differentiable() },
    .init("over frozen", keepsInput: false) { $0 / sample([8]) },
    .init("branch", keepsInput: false) { sample([5, 8]).differentiable().addingBranch($0 * 2) },
    .init("exp", keepsInput: false) { $0.exp() },
    .init("softmax", keepsInput: false) { $0.softmax() },
    .init("cross-entropy", keepsInput: false) { $0.crossEntropy([0, 1, 2, 3, 7]) },
    .init("gelu", keepsInput: false) { $0.gelu() },
    .init("layer norm", keepsInput: true) {
      $0.layerNorm(gamma: sample([8]), beta: sample([8]), eps: 1e-6)
    },
    .init("sum", keepsInput: false) { $0.sum(over: [0]) },
    .init("transposed", keepsInput: false) { $0.transposed() },
    .init("reshaped", keepsInput: true) { $0.reshaped([8, 5]) },
  ]
}

@Suite("Memory", .serialized)
struct MemoryTests {
  private struct Weak {
    weak var storage: Storage?
  }

  /// The result of an operation in a graph, and a weak hold on its input's memory.
  private func run(_ keeper: Keeper, on leaf: Tensor) -> (Tensor, Weak) {
    let input = leaf * 2
    return (keeper.function(input), Weak(storage: input.storage))
  }

  @Test("A graph keeps what its gradients need and nothing else", arguments: Keeper.all)
  func keeps(_ keeper: Keeper) {
    let leaf = sample([5, 8], 3).differentiable()
    let (result, input) = run(keeper, on: leaf)
    #expect((input.storage != nil) == keeper.keepsInput)
    #expect(result.requiresGradient)
    let gradients = result.backward(from: sample(result.shape, 4))
    #expect(gradients[leaf]?.shape == leaf.shape)
    // A view shares its input's memory, and a layer norm's output can be computed again from it, for
    // as long as there is one.
    if !["reshaped", "layer norm"].contains(where: keeper.description.contains) {
      #expect(input.storage == nil, "let go by backward()")
    }
  }

  @Test("Outside of a graph nothing is kept", arguments: Keeper.all)
  func frozenKeepsNothing(_ keeper: Keeper) {
    guard keeper.description != "reshaped" else { return }
    let plain = sample([5, 8], 3)
    let (first, input) = noGradient { run(keeper, on: plain.differentiable()) }
    #expect(input.storage == nil)
    #expect(!first.requiresGradient)
  }

  /// Other tests take memory at the same time, so one quiet moment in many is what can be asked
  /// for: a leak would show in every one.
  private func happens(_ body: () -> Bool) async -> Bool {
    for _ in 0..<500 {
      if body() { return true }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return false
  }

  @Test("All memory comes back when a graph is dropped, walked or not", arguments: [false, true])
  func comesBack(walking: Bool) async {
    let network = SmallNetwork(seed: 1)
    let leaf = sample([5, 8], 3).differentiable()
    let isBack = await happens {
      let before = BufferPool.statistics.bytesInUse
      if walking {
        network.train(1)
      } else {
        for keeper in Keeper.all { _ = keeper.function(leaf) }
      }
      return BufferPool.statistics.bytesInUse == before
    }
    #expect(isBack)
  }

  @Test("A frozen linear map adds its output and nothing more to the memory in use")
  func frozenLinear() async {
    let map = DenseFrozenMap(weight: sample([32, 64]), bias: sample([32]))
    let leaf = sample([1024, 64]).differentiable()
    let isLean = await happens {
      let before = BufferPool.statistics.bytesInUse
      let y = (leaf * 2).mapped(by: map)
      let used = BufferPool.statistics.bytesInUse - before
      return y.requiresGradient && used == 1024 * 32 * 4
    }
    #expect(isLean)
  }

  @Test("A warm step asks the system for nothing")
  func warmSteps() async {
    let network = SmallNetwork(seed: 2)
    let isQuiet = await happens {
      network.train(1)
      network.train(2)
      let before = BufferPool.statistics.systemAllocations
      network.train(3)
      return BufferPool.statistics.systemAllocations == before
    }
    #expect(isQuiet)
  }

  @Test("The pool's books")
  func books() async {
    let isTrimmed = await happens {
      BufferPool.trim()
      let statistics = BufferPool.statistics
      return statistics.bytesOwned == statistics.bytesInUse
    }
    #expect(isTrimmed)
    let isPeak = await happens {
      BufferPool.resetPeak()
      let before = BufferPool.statistics
      do { _ = Tensor.zeros([4096]).item(at: 0) }
      let after = BufferPool.statistics
      return after.peakBytesInUse == before.bytesInUse + 4096 * 4
        && after.bytesInUse == before.bytesInUse
    }
    #expect(isPeak)
  }

  @Test("A buffer holds what was asked, and above 1024 wastes an eighth at most")
  func capacities() {
    for count in Array(0...5000) + [100_000, 1_048_577, 123_456_789] {
      let capacity = BufferPool.capacity(for: count)
      #expect(capacity >= max(1, count))
      #expect(BufferPool.capacity(for: capacity) == capacity)
      if count > 1024 { #expect(capacity - count <= count / 8) }
    }
  }
}

extension Tensor {
  fileprivate func item(at index: Int) -> Float { Kernels.element(of: self, at: index) }
}
