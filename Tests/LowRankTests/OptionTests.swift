import DeLoRA
import GraLoRA
import LyCORIS
import MiSS
import PETL
import RandLoRA
import TestSupport
import Testing
import VBLoRA

/// Options that do not fit a site, and the initial values of the others.
struct OptionTests {
  private let site = AdaptationSite(kind: .fc1, layer: 0, inputWidth: 24, outputWidth: 40)

  private func make<Plugin: Adapter>(
    _ type: Plugin.Type, _ options: Plugin.Options
  ) throws -> Plugin {
    try Plugin(site: site, options: options, generator: RandomGenerator(seed: 3))
  }

  @Test func whatDoesNotFitNamesTheNextNumbers() {
    expectComplaint("gralora_k 3 does not divide 24 inputs and 40 outputs of site 'blocks.0.fc1'") {
      try make(GraLoRA.self, GraLoRAOptions { ($0.rank, $0.blocks) = (6, 3) })
    }
    expectComplaint("next common divisors: 2 or 4") {
      try make(GraLoRA.self, GraLoRAOptions { ($0.rank, $0.blocks) = (6, 3) })
    }
    expectComplaint("mini_r 12 does not divide the 40 outputs of site 'blocks.0.fc1'") {
      try make(
        MiSS.self, MiSSOptions { ($0.rank, $0.initialWeights, $0.miniRank) = (4, .mini, 12) })
    }
    expectComplaint("next divisors: 10 or 20") {
      try make(
        MiSS.self, MiSSOptions { ($0.rank, $0.initialWeights, $0.miniRank) = (4, .mini, 12) })
    }
    expectComplaint("rank 25 is larger than the 24 inputs of site 'blocks.0.fc1'") {
      try make(MiSS.self, MiSSOptions { $0.rank = 25 })
    }
    expectComplaint("vector_length 256 does not divide 24 inputs and 40 outputs") {
      try make(VBLoRA.self, VBLoRAOptions { $0.length = 256 })
    }
    expectComplaint("next common divisors: 8") {
      try make(VBLoRA.self, VBLoRAOptions { $0.length = 256 })
    }
  }

  @Test func nearestDivisorsOfSeveralWidths() {
    #expect(nearestDivisors(to: 5, of: 24) == "4 or 6")
    #expect(nearestDivisors(to: 100, of: 24, 40) == "8")
    #expect(nearestDivisors(to: 1, of: 7) == "1 or 7")
  }

  @Test func initialValuesAreThoseOfPEFT() throws {
    func bound(_ name: String, of adapter: any Adapter) throws -> Float {
      let parameter = try #require(adapter.parameters.first { $0.name == name })
      return parameter.value.values.map(abs).max() ?? 0
    }
    func expectBound(_ name: String, _ adapter: any Adapter, _ expected: Float) throws {
      let found = try bound(name, of: adapter)
      #expect(found <= expected, "\(name)")
      #expect(found > 0.8 * expected, "\(name)")
    }
    let loHa = try make(LoHa.self, LoHaOptions())
    // PyTorch's bound 1 / √columns, of [out, r] and [r, in].
    try expectBound("hada_w1_a", loHa, 1 / Float(8).squareRoot())
    try expectBound("hada_w1_b", loHa, 1 / Float(24).squareRoot())
    try expectBound("hada_w2_a", loHa, 1 / Float(8).squareRoot())
    #expect(try bound("hada_w2_b", of: loHa) == 0)
    let loKr = try make(LoKr.self, LoKrOptions { $0.settings.rank = 2 })
    #expect(loKr.parameters.map(\.name) == ["lokr_w1", "lokr_w2_a", "lokr_w2_b"])
    #expect(try bound("lokr_w1", of: loKr) == 0)
    try expectBound("lokr_w2_a", loKr, 1 / Float(2).squareRoot())
    let graLoRA = try make(GraLoRA.self, GraLoRAOptions { $0.hybridRank = 4 })
    try expectBound("gralora_A", graLoRA, 1 / Float(12).squareRoot())
    try expectBound("gralora_A_general", graLoRA, 1 / Float(24).squareRoot())
    let vbLoRA = try make(VBLoRA.self, VBLoRAOptions())
    #expect(vbLoRA.parameters.map(\.value.shape) == [[4, 3, 256], [5, 4, 256], [256, 8]])
    try expectBound("vblora_vector_bank", vbLoRA, 0.02)
    let randLoRA = try make(RandLoRA.self, RandLoRAOptions { $0.rank = 5 })
    for name in ["randlora_A", "randlora_B"] {
      let value = try #require(randLoRA.parameters.first { $0.name == name }).value
      #expect(abs(value.squaredNorm / Float(value.count) - 1) < 0.1, "\(name)")
    }
    #expect(try bound("randlora_gamma", of: randLoRA) == 1 / 24)
  }

  @Test func deLoRAStoresTheNormsOfColumns() throws {
    let adapter = try make(DeLoRA.self, DeLoRAOptions())
    var generator = RandomGenerator(seed: 5)
    let weight = Tensor(generator.normal(960), shape: [40, 24])
    adapter.bind(weight: weight, bias: .zeros([40]))
    let norms = try #require(adapter.parameters.first { $0.name == "delora_w_norm" })
    let column = (0..<40).map { weight.values[$0 * 24 + 3] }
    let expected = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(norms.value.values[3] - expected) < 1e-5)
    #expect(!norms.isTrained)
  }
}
