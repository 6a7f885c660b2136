import BinaryAdapters
import Compacter
import Consolidator
import Convpass
import FacT
import PETL
import PETLTesting
import RLRR
import Testing

/// The laws of adapters with options that the package's own matrix has not.
struct ConformanceTests {
  @Test func fact() {
    let options = FacTOptions { ($0.rank, $0.scale, $0.dropout) = (3, 0.5, 0.3) }
    let sites = [site(.query), site(.fc1, 8, 20), site(.fc2, 20, 8)]
    let tt = Conformance.checkEverywhere(adapter: FacTTT.self, options: options, sites: sites)
    #expect(tt == [:])
    let tk = Conformance.checkEverywhere(adapter: FacTTK.self, options: options, sites: sites)
    #expect(tk == [:])
  }

  @Test(arguments: [ConvpassOptions.Start.identity, .xavier])
  func convpass(_ start: ConvpassOptions.Start) {
    let options = ConvpassOptions { ($0.rank, $0.start, $0.scale) = (3, start, 2) }
    let grids = [
      TokenGrid(rows: 2, columns: 3), TokenGrid(rows: 3, columns: 2, prefixTokens: 2),
    ]
    for grid in grids {
      let findings = Conformance.check(
        adapter: Convpass.self, options: options, site: site(.attention, 12, grid: grid))
      #expect(findings == [])
    }
  }

  @Test(arguments: [Activation.none, .relu])
  func compacter(_ activation: Activation) {
    let options = CompacterOptions {
      ($0.rank, $0.phmDimension, $0.phmRank, $0.activation) = (4, 2, 2, activation)
    }
    let findings = Conformance.checkEverywhere(adapter: Compacter.self, options: options)
    #expect(findings == [:])
  }

  @Test(arguments: [RLRROptions.Start.official, .zero])
  func rlrr(_ start: RLRROptions.Start) {
    let findings = Conformance.checkEverywhere(
      adapter: RLRR.self, options: RLRROptions { $0.start = start })
    #expect(findings == [:])
  }

  @Test func consolidator() {
    let options = ConsolidatorOptions {
      ($0.groups, $0.shuffle, $0.biases, $0.dropPath) = ([2, 4], true, false, 0.4)
    }
    let sites = [site(.query), site(.fc1, 12, 20)]
    let findings = Conformance.checkEverywhere(
      adapter: Consolidator.self, options: options, sites: sites)
    #expect(findings == [:])
  }
}
