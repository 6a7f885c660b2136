import BinaryAdapters
import Compacter
import Consolidator
import Convpass
import FacT
import KAdaptation
import PETL
import RLRR
import TestSupport
import Testing

/// What the adapters are before the first step: exactly where the papers are exact, else in distribution.
struct StartTests {
  private let generator = RandomGenerator(seed: 4)

  /// Uniform in ± a bound, by its ends and its deviation.
  private func expectUniform(
    _ x: Tensor?, _ bound: Float, at location: SourceLocation = #_sourceLocation
  ) throws {
    let x = try #require(x, sourceLocation: location)
    #expect(largest(x) <= bound, sourceLocation: location)
    #expect(largest(x) > 0.9 * bound, sourceLocation: location)
    let ratio = deviation(x) / bound
    #expect(
      abs(ratio - 1 / Float(3).squareRoot()) < 1 / Float(x.count).squareRoot(),
      sourceLocation: location)
  }

  @Test("FacT-TT: V is zero, U and Σ are nn.Linear's")
  func factTT() throws {
    let options = FacTOptions { $0.rank = 16 }
    for (own, long) in [
      (site(.query, 64), 16), (site(.fc1, 64, 256), 16), (site(.fc2, 256, 64), 64),
    ] {
      let adapter = try FacTTT(site: own, options: options, generator: generator)
      let up = try #require(adapter.value("fact_v"))
      #expect(largest(up) == 0)
      try expectUniform(adapter.value("fact_u"), 1 / 8)
      try expectUniform(adapter.value("sigma"), 1 / Float(long).squareRoot())
      #expect(largest(adapter.delta(of: sample([14, own.inputWidth]), in: pass)) == 0)
    }
  }

  @Test("FacT-TK: V is zero, C and P are Xavier's")
  func factTK() throws {
    let adapter = try FacTTK(
      site: site(.fc1, 64, 256), options: FacTOptions { $0.rank = 16 }, generator: generator)
    let up = try #require(adapter.value("fact_v"))
    #expect(largest(up) == 0)
    try expectUniform(adapter.value("fact_u"), 1 / 8)
    try expectUniform(adapter.value("fact_c"), Float(3).squareRoot() / 16)
    try expectUniform(adapter.value("fact_p"), (6 / Float(20)).squareRoot())
  }

  @Test("Convpass: the convolution changes nothing, or is Xavier's; what is added is zero")
  func convpass() throws {
    let own = site(.mlp, 64)
    let plain = try Convpass(site: own, options: ConvpassOptions(), generator: generator)
    let kernel = try #require(plain.value("conv"))
    let identity = (0..<8 * 8 * 9).map { Float($0 % 9 == 4 && $0 / 72 == $0 / 9 % 8 ? 1 : 0) }
    #expect(kernel.values == identity)
    try expectUniform(plain.value("down"), (6 / Float(72)).squareRoot())
    for name in ["up", "up_bias", "down_bias", "conv_bias"] {
      let value = try #require(plain.value(name))
      #expect(largest(value) == 0, "\(name)")
    }
    let xavier = try Convpass(
      site: own, options: ConvpassOptions { $0.start = .xavier }, generator: generator)
    try expectUniform(xavier.value("conv"), (6 / Float(144)).squareRoot())
    #expect(largest(xavier.delta(of: sample([14, 64]), in: pass)) == 0)
  }

  @Test("Compacter: A is normal, the factors are Glorot's with a gain, biases are zero")
  func compacter() throws {
    let options = CompacterOptions { ($0.rank, $0.phmDimension) = (16, 8) }
    let adapter = try Compacter(site: site(.mlp, 512), options: options, generator: generator)
    let rule = try #require(adapter.value("phm_rule"))
    #expect(abs(deviation(rule) / 1e-4 - 1) < 0.1)
    try expectUniform(adapter.value("down_left"), (12 / Float(64 + 1)).squareRoot())
    try expectUniform(adapter.value("up_right"), (12 / Float(64 + 1)).squareRoot())
    let small = try #require(adapter.value("down_right"))
    #expect(largest(small) <= (12 / Float(3)).squareRoot())
    #expect(try #require(adapter.value("down_bias")).values == Array(repeating: 0, count: 16))
    #expect(try #require(adapter.value("up_bias")).values == Array(repeating: 0, count: 512))
    #expect(largest(adapter.delta(of: sample([14, 512]), in: pass)) < 1e-5)
  }

  @Test("RLRR: scales uniform, the shift zero; norms as SSF; and a start at the network")
  func rlrr() throws {
    let adapter = RLRR(site: site(.fc1, 96, 384), options: RLRROptions(), generator: generator)
    try expectUniform(adapter.value("scale_left"), Float(6).squareRoot())
    try expectUniform(adapter.value("scale_right"), (6 / Float(96)).squareRoot())
    #expect(largest(try #require(adapter.value("shift"))) == 0)
    #expect(!adapter.startsAtNetwork)
    let norm = RLRR(site: site(.norm1, 512), options: RLRROptions(), generator: generator)
    let scale = try #require(norm.value("scale"))
    #expect(abs(deviation(scale - 1) / 0.02 - 1) < 0.15)
    #expect(abs(deviation(try #require(norm.value("shift"))) / 0.02 - 1) < 0.15)
    let zero = RLRROptions { $0.start = .zero }
    for kind in [AdaptationSite.Kind.query, .norm1] {
      let adapter = RLRR(site: site(kind, 24), options: zero, generator: generator)
      adapter.bind(weight: sample([24, 24]), bias: sample([24]))
      #expect(adapter.startsAtNetwork)
      #expect(largest(adapter.delta(of: sample([14, 24]), in: pass)) == 0)
    }
  }

  @Test("Consolidator: small and uniform; weights of one bit: small up, two numbers each")
  func small() throws {
    let options = ConsolidatorOptions { $0.groups = [8] }
    let grouped = try Consolidator(site: site(.query, 64), options: options, generator: generator)
    try expectUniform(grouped.value("weight_8"), 1e-3)
    try expectUniform(grouped.value("bias_8"), 1e-3)
    let binary = try BiLoRA(
      site: site(.query, 96), options: BinaryOptions { $0.rank = 8 }, generator: generator)
    try expectUniform(binary.value("lora_A"), 1 / Float(96).squareRoot())
    let up = try #require(binary.value("lora_B"))
    #expect(largest(up) <= 0.002)
    #expect(abs(deviation(up) / 0.00088 - 1) < 0.1)
    let factors = try #require(binary.linearFactors())
    #expect(Set(factors.directions.values).count == 2)
    #expect(Set(factors.basis.values).count == 2)
  }

  @Test("KAdaptation: shared factors small, u Glorot's with a gain, v zero")
  func kAdaptation() throws {
    let adapter = try KAdaptation(
      site: site(.query, 512), options: KAdaptationOptions(), generator: generator)
    try expectUniform(adapter.value("left_query"), 0.01)
    try expectUniform(adapter.value("right_query"), 0.01)
    try expectUniform(adapter.value("u"), (12 / Float(17)).squareRoot())
    #expect(largest(try #require(adapter.value("v"))) == 0)
    #expect(largest(adapter.delta(of: sample([14, 512]), in: pass)) == 0)
  }

  private var pass: ForwardPass { ForwardPass(over: 2) }
}
