import C3A
import FourierFT
import HRA
import OFT
import PETL
import RoAd
import TestSupport
import Testing

/// Options that do not fit a map, or each other.
struct OptionTests {
  private func refuses<Plugin: Adapter>(
    _ type: Plugin.Type, _ inputs: Int, _ outputs: Int, _ words: String,
    at location: SourceLocation = #_sourceLocation,
    _ change: (inout Plugin.Options) -> Void = { _ in }
  ) {
    expectComplaint(words, at: location) {
      _ = try bound(type, Plugin.Options(change), site(inputs, outputs))
    }
  }

  @Test func blocksDivideTheInputs() {
    refuses(
      OFT.self, 24, 10,
      "'oft_block_size' 32 does not divide the 24 inputs of site 'blocks.0.query'")
    refuses(OFT.self, 24, 10, "the nearest that do are 6 and 8") { $0.blockSize = 7 }
    refuses(OFT.self, 24, 10, "'r' 9 does not divide the 24 inputs of site 'blocks.0.query'") {
      ($0.blockSize, $0.blocks) = (0, 9)
    }
    refuses(OFT.self, 24, 10, "blocks of one input at site 'blocks.0.query' cannot be rotated") {
      $0.blockSize = 1
    }
    refuses(
      BOFT.self, 24, 10,
      "'boft_block_size' 5 does not divide the 24 inputs of site 'blocks.0.query'"
    ) { $0.blockSize = 5 }
  }

  @Test func factorsNeedBlocks() {
    refuses(
      BOFT.self, 24, 10,
      "'boft_n_butterfly_factor' 3 needs a multiple of 4 blocks; site 'blocks.0.query' has 6"
    ) { $0.factors = 3 }
    refuses(BOFT.self, 24, 10, "expected at most 2, or another block size") { $0.factors = 3 }
    refuses(
      BOFT.self, 18, 10,
      "blocks of 3 inputs have no halves for the 2 factors of 'boft_n_butterfly_factor'"
    ) { ($0.blockSize, $0.factors) = (3, 2) }
  }

  @Test func groupsAndKernelsDivideTheOutputs() {
    refuses(
      RoAd.self, 24, 24,
      "'group_size' 64 does not divide the 24 outputs of site 'blocks.0.query'")
    refuses(RoAd.self, 24, 24, "the nearest that do are 8 and 12") { $0.groupSize = 10 }
    refuses(RoAd.self, 9, 9, "no even number does") { $0.groupSize = 2 }
    refuses(
      C3A.self, 24, 36,
      "'block_size' 8 does not divide the 24 inputs and 36 outputs of site 'blocks.0.query'"
    ) { $0.blockSize = 8 }
    refuses(C3A.self, 24, 36, "the nearest that do are 6 and 12") { $0.blockSize = 8 }
  }

  @Test func numbersFitTheMap() {
    refuses(HRA.self, 6, 20, "'r' 8 is larger than the 6 inputs of site 'blocks.0.query'")
    refuses(
      FourierFT.self, 10, 12,
      "'n_frequency' 1000 is more than the weight of site 'blocks.0.query' has numbers")
    refuses(FourierFT.self, 10, 12, "expected at most 12 · 10 = 120")
  }

  private func mistakes<Options: PluginOptions>(_ type: Options.Type, _ text: String) -> [String] {
    let reader = OptionReader(options(text), section: "adapter")
    _ = Options(from: reader)
    return reader.diagnostics.map(\.message)
  }

  @Test func oneOfTwoCutsTheInputs() {
    #expect(
      mistakes(OFTOptions.self, "r: 4")
        == ["'r' 4 and 'oft_block_size' 32 both cut the inputs into blocks"])
    #expect(
      mistakes(BOFTOptions.self, "boft_block_size: 0")
        == ["'boft_block_size' and 'boft_block_num' are both 0"])
    #expect(mistakes(OFTOptions.self, "r: 4\noft_block_size: 0") == [])
    #expect(mistakes(RoAdOptions.self, "group_size: 7") == ["'group_size' 7 is odd"])
  }
}
