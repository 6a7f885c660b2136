import PETL
import Regularizers
import Testing

/// Which sites `resora-across` compares.
struct SitePairTests {
  private let grid = TokenGrid(rows: 2, columns: 2, prefixTokens: 1)

  private func traits(
    _ places: [(AdaptationSite.Kind, Int)], grid: TokenGrid? = nil
  ) -> [SiteTraits] {
    places.map { kind, layer in
      SiteTraits(
        site: AdaptationSite(kind: kind, layer: layer, inputWidth: 7, outputWidth: 6, grid: grid),
        subspaces: SubspaceTraits(count: 3, hasDirections: true))
    }
  }

  private func objection(_ pairs: ReSoRAAcross.Pairs, _ sites: [SiteTraits]) -> String? {
    ReSoRAAcross(options: .init { $0.pairs = pairs }).objection(to: sites)
  }

  @Test func aSiteAloneIsRefused() {
    let alone = traits([(.query, 0)], grid: grid)
    #expect(
      objection(.layer, alone) == "no two of its sites can be compared by pairs: layer")
    #expect(
      objection(.neighbours, alone) == "no two of its sites can be compared by pairs: neighbours")
    #expect(objection(.all, alone) == "no two of its sites can be compared by pairs: all")
  }

  @Test func kindsAndLayers() {
    let column = traits([(.query, 0), (.query, 3)], grid: grid)
    #expect(objection(.layer, column) != nil)
    #expect(objection(.neighbours, column) == nil)
    #expect(objection(.all, column) == nil)
    let row = traits([(.query, 2), (.value, 2)], grid: grid)
    #expect(objection(.layer, row) == nil)
    #expect(objection(.neighbours, row) != nil)
    #expect(objection(.all, row) == nil)
  }

  /// Rows in windows, as Swin has them, lie alike within a layer only; other grids never.
  @Test func rowsInAnotherOrder() {
    #expect(objection(.neighbours, traits([(.query, 0), (.query, 1)])) != nil)
    #expect(objection(.layer, traits([(.query, 0), (.value, 0)])) == nil)
    let grids =
      traits([(.fc1, 0)], grid: grid) + traits([(.fc1, 1)], grid: TokenGrid(rows: 1, columns: 1))
    #expect(objection(.neighbours, grids) != nil)
    #expect(objection(.all, grids) != nil)
  }
}
