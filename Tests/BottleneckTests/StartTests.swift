import ARC
import AdaptFormer
import Bottleneck
import PETL
import RepAdapter
import TestSupport
import Testing

/// What the adapters are before the first step, and that they can be trained from there.
struct StartTests {
  private let generator = RandomGenerator(seed: 4)
  private let wide = site(.mlp, width: 96)

  private func deviation(_ x: Tensor) -> Float {
    (x.values.reduce(0) { $0 + $1 * $1 } / Float(x.count)).squareRoot()
  }

  private func largest(_ x: Tensor) -> Float { x.values.map(\.magnitude).max() ?? 0 }

  @Test("AdaptFormer, RepAdapter, ARC at attention and LoRA-like starts change nothing")
  func nothing() throws {
    let attention = site(.attention, width: 96)
    let lora = settings(PfeifferVariant.self) { $0.initialization = .lora }
    let zero = ARCOptions { ($0.rank, $0.mlpStart) = (8, .zero) }
    let adapters: [any Adapter] = [
      try AdaptFormer(
        site: wide, options: AdaptFormerOptions { $0.rank = 8 }, generator: generator),
      try RepAdapter(site: wide, options: RepAdapterOptions(), generator: generator),
      try ARC(site: attention, options: ARCOptions { $0.rank = 8 }, generator: generator),
      try ARC(site: wide, options: zero, generator: generator),
      try Pfeiffer(site: wide, options: lora, generator: generator),
    ]
    for adapter in adapters {
      let delta = adapter.delta(of: sample([6, 96], 2), in: pass(training: true))
      #expect(largest(delta) == 0)
      let changes = adapter.parameters.contains { largest($0.value) > 0 }
      #expect(changes, "not every parameter may be zero")
    }
  }

  @Test("initial weights have the distribution of the papers")
  func distributions() throws {
    let former = try AdaptFormer(
      site: wide, options: AdaptFormerOptions(), generator: generator)
    let down = try #require(former.value("down"))
    let bound = 1 / Float(96).squareRoot()
    #expect(largest(down) <= bound)
    #expect(largest(down) > 0.99 * bound)
    let uniform = deviation(down) / bound
    #expect(abs(uniform - 1 / Float(3).squareRoot()) < 0.02)

    let rep = try #require(
      try RepAdapter(site: wide, options: RepAdapterOptions(), generator: generator).value("down"))
    let xavier = (6 / Float(96 + 8)).squareRoot()
    #expect(largest(rep) <= xavier)
    #expect(largest(rep) > 0.98 * xavier)

    let arc = try ARC(site: wide, options: ARCOptions(), generator: generator)
    let coefficients = try #require(arc.value("coefficients"))
    let own = (6 / Float(51)).squareRoot()
    #expect(largest(coefficients) <= own)
    #expect(largest(coefficients) > 0.9 * own)

    let plus = try AdapterPlus(site: wide, options: BottleneckOptions(), generator: generator)
    let houlsby = try Houlsby(site: wide, options: BottleneckOptions(), generator: generator)
    for name in ["down", "up"] {
      // Truncated at two deviations, a normal distribution keeps 0.8796 of its deviation.
      let truncated = try #require(plus.value(name))
      #expect(largest(truncated) <= 0.02)
      #expect(largest(truncated) > 0.018)
      let ratio = deviation(truncated) / 0.01
      #expect(abs(ratio - 0.8796) < 0.05)
      let normal = try #require(houlsby.value(name))
      let spread = deviation(normal) / 0.02
      #expect(abs(spread - 1) < 0.1)
    }
    #expect(plus.value("down")?.values != plus.value("up")?.values)
    #expect(plus.value("scale")?.values == Array(repeating: 1, count: 96))
    for name in ["down_bias", "up_bias"] {
      #expect(plus.value(name)?.values.allSatisfy { $0 == 0 } == true)
    }
  }

  @Test(
    "Both maps are trained: at once, or with a zero up after one step",
    arguments: BottleneckSettings.Initialization.allCases)
  func alive(_ initialization: BottleneckSettings.Initialization) throws {
    let options = settings(AdapterPlusVariant.self) { $0.initialization = initialization }
    let adapter = try AdapterPlus(site: wide, options: options, generator: generator)
    let (x, upstream) = (sample([6, 96], 2), sample([6, 96], 8))
    func gradient(_ name: String) throws -> Tensor {
      let gradients = adapter.delta(of: x, in: pass()).backward(from: upstream)
      let leaf = try #require(adapter.value(name))
      return try #require(gradients[leaf])
    }
    #expect(largest(try gradient("up")) > 0)
    if initialization == .lora {
      #expect(largest(try gradient("down")) == 0)
      let up = try #require(adapter.parameters.first { $0.name == "up" })
      let step = try gradient("up").scaled(by: -0.1)
      up.update(to: up.value + step)
    }
    #expect(largest(try gradient("down")) > 0)
  }

  @Test("The start with both maps at zero cannot be asked for")
  func noDeadStart() {
    let reader = OptionReader(describing: "adapter")
    _ = BottleneckOptions<PfeifferVariant>(from: reader)
    let choices = reader.descriptors.first { $0.name == "init" }?.choices
    #expect(choices == ["normal", "truncated", "xavier", "lora"])
  }

  @Test("A rank larger than the width is refused")
  func ranks() {
    let errors = [
      #expect(throws: DiagnosticError.self) {
        try AdaptFormer(site: site(.mlp), options: AdaptFormerOptions(), generator: generator)
      },
      #expect(throws: DiagnosticError.self) {
        try ARC(site: site(.mlp), options: ARCOptions(), generator: generator)
      },
      #expect(throws: DiagnosticError.self) {
        let options = RepAdapterOptions { $0.rank = 26 }
        return try RepAdapter(site: site(.mlp), options: options, generator: generator)
      },
      #expect(throws: DiagnosticError.self) {
        let options = settings(HoulsbyVariant.self) { $0.size = .rank(25) }
        return try Houlsby(site: site(.mlp), options: options, generator: generator)
      },
    ]
    for error in errors {
      let text = error?.description ?? ""
      #expect(text.contains("is larger than site 'blocks.0.mlp'"))
      #expect(text.contains("expected a rank of at most 24"))
    }
    let groups = #expect(throws: DiagnosticError.self) {
      let options = RepAdapterOptions { ($0.rank, $0.groups) = (10, 5) }
      return try RepAdapter(site: site(.mlp), options: options, generator: generator)
    }
    #expect(groups?.description.contains("5 groups do not divide") == true)
  }
}
