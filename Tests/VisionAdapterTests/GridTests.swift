import Backbones
import Convpass
import PETL
import TestSupport
import Testing

/// Convpass in whole networks: what it convolves is the image, wherever the network keeps its tokens.
struct GridTests {
  /// The rows of what is recorded at a site that change when one patch of the image does.
  private func changedRows(
    _ path: String, _ kind: AdaptationSite.Kind, patch: (row: Int, column: Int),
    of record: (SiteRecord) -> Tensor?
  ) throws -> (rows: Set<Int>, grid: TokenGrid) {
    let network = try network(path)
    let own = try #require(network.sites.first { $0.kind == kind && $0.layer == 0 })
    let grid = try #require(own.grid)
    let adapter = try Convpass(
      site: own, options: ConvpassOptions { $0.rank = 3 }, generator: RandomGenerator(seed: 1))
    adapter.scramble()
    let set = AdapterSet([AdapterSet.Entry(site: own, adapter: adapter)])
    let side = network.imageSize
    let step = side / grid.columns
    var image = sample(side * side * 3, 2)
    func left() throws -> [Float] {
      let pass = ForwardPass(
        isTraining: false, images: 1, generator: RandomGenerator(seed: 0), recordsInputs: true)
      let pixels = Tensor(image, shape: [1, side, side, 3])
      _ = network.features(pixels, adapters: set, pass: pass)
      let found = pass.records.first.flatMap(record)
      return try #require(found).values
    }
    let before = try left()
    image[((patch.row * step) * side + patch.column * step) * 3] += 3
    let after = try left()
    let width = own.inputWidth
    #expect(before.count == grid.tokens * width)
    let changed = before.indices.filter { abs(before[$0] - after[$0]) > 1e-6 }.map { $0 / width }
    return (Set(changed), grid)
  }

  static let networks = [
    "vit/token.safetensors", "namings/registers/model.safetensors",
    "namings/swin/model.safetensors",
  ]

  @Test("The input of the first block is the image, row by row", arguments: networks)
  func order(_ path: String) throws {
    let (rows, grid) = try changedRows(path, .attention, patch: (1, 0)) { $0.input }
    #expect(rows == [grid.prefixTokens + grid.columns])
  }

  @Test("One patch reaches its neighbours, and no class token", arguments: networks)
  func neighbours(_ path: String) throws {
    let (rows, grid) = try changedRows(path, .attention, patch: (1, 1)) { $0.subspaces?.delta }
    var expected: Set<Int> = []
    for row in 0..<min(3, grid.rows) {
      for column in 0..<min(3, grid.columns) {
        expected.insert(grid.prefixTokens + row * grid.columns + column)
      }
    }
    #expect(rows == expected)
  }

  @Test("Behind attention in windows the rows are those of the image again")
  func windows() throws {
    let path = "namings/swin/model.safetensors"
    let (rows, grid) = try changedRows(path, .mlp, patch: (0, 0)) { $0.input }
    let network = try #require(try network(path) as? Swin)
    let window = network.configuration.window
    #expect(window < grid.columns)
    let expected = (0..<window).flatMap { row in
      (0..<window).map { row * grid.columns + $0 }
    }
    #expect(rows == Set(expected))
  }

  @Test("A site of texts is refused by name")
  func texts() {
    let text = complaint {
      try Convpass(
        site: site(.mlp, grid: nil), options: ConvpassOptions(), generator: RandomGenerator(seed: 1)
      )
    }
    #expect(
      text == """
        error: site 'blocks.0.mlp' has no grid of tokens, so there is nothing to convolve
          convpass is for images; of two towers name one: towers: [image]
        """)
  }
}
