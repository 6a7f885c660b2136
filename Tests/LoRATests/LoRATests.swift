import LoRA
import PETL
import Testing

struct LoRATests {
  private let site = AdaptationSite(kind: .value, layer: 3, inputWidth: 64, outputWidth: 48)

  private func make(_ options: LoRAOptions, seed: UInt64 = 1) throws -> LoRA {
    try LoRA(site: site, options: options, generator: RandomGenerator(seed: seed))
  }

  /// The same adapter with `lora_B` random as well.
  private func trained(_ options: LoRAOptions) throws -> LoRA {
    let adapter = try make(options)
    var generator = RandomGenerator(seed: 9)
    let up = adapter.parameters[1]
    up.update(to: generator.normal(up.value.count))
    return adapter
  }

  private func input(_ rows: Int = 10) -> Tensor {
    var generator = RandomGenerator(seed: 2)
    return Tensor(generator.normal(rows * 64), shape: [rows, 64])
  }

  private func pass(training: Bool) -> ForwardPass {
    ForwardPass(isTraining: training, images: 2, generator: RandomGenerator(seed: 3))
  }

  @Test func startsAtThePreTrainedNetwork() throws {
    let adapter = try make(LoRAOptions { $0.rank = 8 })
    #expect(adapter.parameters.map(\.name) == ["lora_A", "lora_B"])
    #expect(adapter.parameters.map(\.value.shape) == [[8, 64], [8, 48]])
    let (down, up) = (adapter.parameters[0].value.values, adapter.parameters[1].value.values)
    #expect(up.allSatisfy { $0 == 0 })
    // Uniform in ±1/√64: inside, near both ends, with the deviation of that distribution.
    #expect(down.allSatisfy { abs($0) <= 0.125 })
    #expect((down.max() ?? 0) > 0.12)
    #expect((down.min() ?? 0) < -0.12)
    let variance = down.reduce(0) { $0 + $1 * $1 } / Float(down.count)
    #expect(abs(variance - 0.125 * 0.125 / 3) < 6e-4)
    #expect(adapter.delta(of: input(), in: pass(training: true)).values.allSatisfy { $0 == 0 })
  }

  @Test func theFactorIsScaleOrAlpha() throws {
    #expect(LoRAOptions { $0.rank = 8 }.effectiveScale == 1)
    #expect(LoRAOptions { ($0.rank, $0.scale) = (8, 0.1) }.effectiveScale == 0.1)
    #expect(LoRAOptions { ($0.rank, $0.alpha) = (8, 16) }.effectiveScale == 2)
    #expect(LoRAOptions { ($0.rank, $0.alpha, $0.rslora) = (16, 16, true) }.effectiveScale == 4)
    let plain = try trained(LoRAOptions { $0.rank = 4 }).delta(
      of: input(), in: pass(training: false))
    for (options, factor) in [
      (LoRAOptions { ($0.rank, $0.scale) = (4, 0.5) }, 0.5 as Float),
      (LoRAOptions { ($0.rank, $0.alpha) = (4, 8) }, 2),
      (LoRAOptions { ($0.rank, $0.alpha, $0.rslora) = (4, 8, true) }, 4),
    ] {
      let delta = try trained(options).delta(of: input(), in: pass(training: false))
      for (x, y) in zip(delta.values, plain.values) { #expect(abs(x - factor * y) < 1e-5) }
    }
  }

  @Test func dropoutInTheBottleneckDropsCoefficients() throws {
    let options = LoRAOptions { ($0.rank, $0.dropout, $0.dropoutPosition) = (8, 0.5, .bottleneck) }
    let adapter = try trained(options)
    let full = adapter.subspaces(of: input(200), in: pass(training: false)).coefficients.values
    let s = adapter.subspaces(of: input(200), in: pass(training: true)).coefficients.values
    let dropped = s.filter { $0 == 0 }.count
    #expect(abs(Float(dropped) / Float(s.count) - 0.5) < 0.05)
    for (x, y) in zip(s, full) where x != 0 { #expect(abs(x - 2 * y) < 1e-5) }
  }

  @Test func dropoutAtTheInputDropsInputs() throws {
    let adapter = try trained(
      LoRAOptions { ($0.rank, $0.dropout, $0.dropoutPosition) = (8, 0.5, .input) })
    let x = input(200)
    let s = adapter.subspaces(of: x, in: pass(training: true)).coefficients
    #expect(s.values.allSatisfy { $0 != 0 })
    let expected = pass(training: true).dropout(x, probability: 0.5, stream: site.name)
      .projected(onto: adapter.parameters[0].value)
    #expect(s.values == expected.values)
  }

  @Test func rankDropoutDropsMapsOfImages() throws {
    let adapter = try trained(LoRAOptions { ($0.rank, $0.rankDropout) = (8, 0.25) })
    let (images, tokens) = (100, 4)
    let pass = ForwardPass(isTraining: true, images: images, generator: RandomGenerator(seed: 3))
    let x = input(images * tokens)
    let full = adapter.subspaces(of: x, in: self.pass(training: false)).coefficients.values
    let s = adapter.subspaces(of: x, in: pass).coefficients.values
    var dropped = 0
    for image in 0..<images {
      for map in 0..<8 {
        let places = (0..<tokens).map { (image * tokens + $0) * 8 + map }
        let zeros = places.count { s[$0] == 0 }
        #expect(zeros == 0 || zeros == tokens)
        dropped += zeros / tokens
        let largest = places.map { s[$0] == 0 ? 0 : abs(s[$0] - full[$0] / 0.75) }.max() ?? 1
        #expect(largest < 1e-5)
      }
    }
    #expect(abs(Double(dropped) / Double(images * 8) - 0.25) < 0.05)
  }

  @Test func mergesIntoTheWeight() throws {
    let adapter = try trained(LoRAOptions { ($0.rank, $0.alpha) = (4, 6) })
    let merged = try #require(adapter.mergedDelta())
    #expect(merged.shape == [48, 64])
    #expect(!merged.requiresGradient)
    let delta = adapter.delta(of: input(), in: pass(training: false))
    let product = input().matmul(merged, transposingOther: true)
    for (x, y) in zip(product.values, delta.values) { #expect(abs(x - y) < 1e-4) }
  }

  @Test func aRankLargerThanTheMapIsRefused() {
    let error = #expect(throws: DiagnosticError.self) { try make(LoRAOptions { $0.rank = 49 }) }
    #expect(
      error?.description == """
        error: rank 49 is larger than site 'blocks.3.value' (64 → 48)
          expected a rank of at most 48
        """)
  }
}
