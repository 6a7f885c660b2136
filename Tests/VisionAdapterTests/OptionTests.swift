import BinaryAdapters
import Compacter
import Consolidator
import Convpass
import FacT
import KAdaptation
import PETL
import TestSupport
import Testing

/// Options that do not fit a site, by the numbers and what would fit.
struct OptionTests {
  private let generator = RandomGenerator(seed: 1)

  @Test("Compacter's terms divide width and rank")
  func compacter() {
    let odd = complaint {
      let options = CompacterOptions { ($0.rank, $0.phmDimension) = (6, 4) }
      return try Compacter(site: site(.mlp), options: options, generator: generator)
    }
    #expect(
      odd == """
        error: phm_dim 4 does not divide the width 24 and the rank 6 of site 'blocks.0.mlp'
          use phm_dim: 3, or rank: 8
        """)
    let width = complaint {
      let options = CompacterOptions { ($0.rank, $0.phmDimension) = (5, 5) }
      return try Compacter(site: site(.mlp), options: options, generator: generator)
    }
    #expect(
      width == """
        error: phm_dim 5 does not divide the width 24 and the rank 5 of site 'blocks.0.mlp'
          use phm_dim: 1
        """)
  }

  @Test("Compacter's bottleneck is a rank or a part of the width")
  func rankAndReduction() {
    let reader = OptionReader(options("rank: 8\nreduction: 16"), section: "adapter")
    _ = CompacterOptions(from: reader)
    #expect(
      reader.diagnostics.map(\.message)
        == ["'rank' and 'reduction' both give the width of the bottleneck"])
    let one = OptionReader(options("reduction: 3"), section: "adapter")
    #expect(CompacterOptions(from: one).reduction == 3)
    #expect(one.diagnostics.isEmpty)
  }

  @Test("Consolidator's groups divide both widths")
  func consolidator() {
    let text = complaint {
      let options = ConsolidatorOptions { $0.groups = [4, 16] }
      return try Consolidator(
        site: site(.fc1, 24, 40), options: options, generator: generator)
    }
    #expect(
      text == """
        error: 16 groups do not divide the widths of site 'blocks.0.fc1' (24 → 40)
          the nearest number that does is 8
        """)
    let twice = complaint {
      let options = ConsolidatorOptions { $0.groups = [4, 4] }
      return try Consolidator(site: site(.query), options: options, generator: generator)
    }
    #expect(
      twice == """
        error: groups [4, 4] are not those of different branches
          name each number of groups once, at least one: groups: [384]
        """)
  }

  @Test("KAdaptation's products divide both widths")
  func kAdaptation() {
    let text = complaint {
      try KAdaptation(
        site: site(.fc1, 24, 40), options: KAdaptationOptions { $0.phmDimension = 7 },
        generator: generator)
    }
    #expect(
      text == """
        error: phm_dim 7 does not divide the widths of site 'blocks.0.fc1' (24 → 40)
          the nearest number that does is 8
        """)
  }

  @Test("A rank is at most the width")
  func ranks() {
    expectComplaint("rank 25 is larger than site 'blocks.0.query' (24 → 24)") {
      try FacTTT(
        site: site(.query), options: FacTOptions { $0.rank = 25 }, generator: generator)
    }
    expectComplaint("rank 30 is larger than site 'blocks.0.fc2' (96 → 24)") {
      try FacTTK(
        site: site(.fc2, 96, 24), options: FacTOptions { $0.rank = 30 }, generator: generator)
    }
    expectComplaint("rank 25 is larger than site 'blocks.0.mlp' (24 → 24)") {
      try Convpass(
        site: site(.mlp), options: ConvpassOptions { $0.rank = 25 }, generator: generator)
    }
    expectComplaint("rank 32 is larger than site 'blocks.0.mlp' (24 → 24)") {
      try BiAdaptFormer(site: site(.mlp), options: BinaryOptions(), generator: generator)
    }
  }
}
