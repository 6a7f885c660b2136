import ARC
import AdaptFormer
import Bottleneck
import PETL
import RepAdapter
import TestSupport
import Testing

/// What dropout and stochastic depth do.
struct TrainingPassTests {
  @Test("Dropout is of the coefficients, and of all else nothing changes")
  func dropout() throws {
    let generator = RandomGenerator(seed: 1)
    let former = AdaptFormerOptions { ($0.rank, $0.dropout, $0.activation) = (8, 0.5, .gelu) }
    let pfeiffer = settings(PfeifferVariant.self) { ($0.dropout, $0.activation) = (0.5, .gelu) }
    let adapters: [any SubspaceDecomposable] = [
      try AdaptFormer(site: site(.mlp), options: former, generator: generator),
      try RepAdapter(
        site: site(.mlp), options: RepAdapterOptions { $0.dropout = 0.5 }, generator: generator),
      try ARC(
        site: site(.mlp), options: ARCOptions { ($0.rank, $0.dropout) = (8, 0.5) },
        generator: generator),
      try Pfeiffer(site: site(.mlp), options: pfeiffer, generator: generator),
    ]
    for adapter in adapters {
      adapter.scramble()
      let x = sample([200, 24], 2)
      let full = adapter.subspaces(of: x, in: pass())
      let dropped = adapter.subspaces(of: x, in: pass(training: true))
      let pairs = Array(zip(dropped.coefficients.values, full.coefficients.values))
      let share = Float(pairs.filter { $0.0 == 0 }.count) / Float(pairs.count)
      #expect(abs(share - 0.5) < 0.06)
      let isScaled = pairs.allSatisfy { $0.0 == 0 || abs($0.0 - 2 * $0.1) <= 1e-5 * abs($0.0) }
      #expect(isScaled)
      #expect(dropped.basis.values == full.basis.values)
      #expect(
        dropped.remainder?.coefficients.values == full.remainder?.coefficients.values)
      #expect(dropped.remainder?.basis.values == full.remainder?.basis.values)
    }
  }

  @Test("Stochastic depth drops an image's ΔH, bias and all")
  func dropPath() throws {
    let adapter = try AdapterPlus(
      site: site(.mlp), options: settings(AdapterPlusVariant.self) { $0.dropPath = 0.4 },
      generator: RandomGenerator(seed: 1))
    adapter.scramble()
    let x = sample([40 * 3, 24], 2)
    let full = adapter.delta(of: x, in: pass(images: 40))
    let delta = adapter.delta(of: x, in: pass(training: true, images: 40))
    var dropped = 0
    for image in 0..<40 {
      let rows = image * 3..<(image + 1) * 3
      let (own, whole) = (delta.sliced(axis: 0, rows), full.sliced(axis: 0, rows))
      if own.values.allSatisfy({ $0 == 0 }) {
        dropped += 1
      } else {
        let difference = relativeDistance(own, whole.scaled(by: 1 / 0.6))
        #expect(difference < 1e-5)
      }
    }
    #expect((8...24).contains(dropped))
  }

  @Test("Gradients through dropout and stochastic depth are those of finite differences")
  func dropPathGradients() throws {
    let options = settings(AdapterPlusVariant.self) { ($0.dropPath, $0.dropout) = (0.4, 0.2) }
    let adapter = try AdapterPlus(
      site: site(.mlp), options: options, generator: RandomGenerator(seed: 1))
    adapter.scramble()
    let x = sample([8 * 2, 24], 2)
    let weights = sample([16, 24], 11)
    let trained = pass(training: true, images: 8)
    func value() -> Float {
      noGradient { (adapter.delta(of: x, in: trained) * weights).sum().item }
    }
    let gradients = adapter.delta(of: x, in: trained).backward(from: weights)
    for parameter in adapter.parameters {
      let start = parameter.value.copied()
      let direction = sample(start.shape, 12)
      let slope = (try #require(gradients[parameter.value]) * direction).sum().item
      parameter.update(to: start + direction * 1e-2)
      let above = value()
      parameter.update(to: start - direction * 1e-2)
      let difference = (above - value()) / 2e-2
      parameter.update(to: start)
      #expect(abs(slope - difference) < 1e-2 * max(1, abs(slope)), "\(parameter.name)")
    }
  }
}
