import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

/// DeBERTa's distances between tokens.
@Suite("Relative positions")
struct RelativePositionTests {
  /// What `Tests/Fixtures/make_distances.py` wrote.
  struct Case: Decodable, Sendable, CustomStringConvertible {
    let buckets: Int
    let longest: Int
    let rows: [Int]

    var description: String { "\(buckets) of \(longest)" }
    static let all: [Case] = requiredFixture("distances.json")
  }

  @Test("have transformers' rows", arguments: Case.all)
  func rows(_ wanted: Case) {
    let positions = RelativePositions(
      buckets: wanted.buckets > 0 ? wanted.buckets : nil, longest: wanted.longest)
    let last = wanted.rows.count / 2
    #expect((-last...last).map(positions.row) == wanted.rows)
    #expect(positions.row(of: 1 << 40) == 2 * positions.span - 1)
  }

  @Test("are read as transformers reads them")
  func read() throws {
    func relative(_ changes: ChangedKey...) throws -> RelativePositions {
      try #require(try changes[0].read().configuration.relativePositions)
    }
    let usual = try relative(.init("deberta", "mystery", nil, ""))
    #expect(usual == RelativePositions(buckets: 6, longest: 20))
    let list: JSONValue = .array([.string("c2p")])
    #expect(try !relative(.init("deberta", "pos_att_type", list, "")).hasQueries)
    #expect(
      try relative(.init("deberta", "pos_att_type", .string("P2C | c2p"), "")) == usual)
    #expect(try !relative(.init("deberta", "pos_att_type", nil, "")).hasKeys)
    #expect(try relative(.init("deberta", "max_relative_positions", .integer(9), "")).longest == 9)
    #expect(try relative(.init("deberta", "position_buckets", .integer(-1), "")).buckets == nil)
    #expect(try !relative(.init("deberta", "share_att_key", nil, "")).sharesMaps)
    #expect(try !relative(.init("deberta", "norm_rel_ebd", nil, "")).isNormalized)
    #expect(try ChangedKey("deberta", "conv_kernel_size", .integer(0), "").read().notes.isEmpty)
    let longer = try ChangedKey("deberta", "position_biased_input", nil, "").read().configuration
    #expect(longer.learnedPositions == 20 && longer.longestText == 20)
  }

  @Test("take the table of positions of old files for what it is")
  func positionTable() throws {
    let checkpoint = try LanguageModel("deberta").checkpoint
    var store = try ChangedStore(checkpoint.store)
    store["deberta.embeddings.position_embeddings.weight"] = (
      [20, 24], Array(repeating: 1, count: 480)
    )
    store["lm_predictions.lm_head.bias"] = ([41], Array(repeating: 0, count: 41))
    store["mask_predictions.dense.bias"] = ([24], Array(repeating: 0, count: 24))
    let found = try LanguageCheckpoint(store, description: checkpoint.description)
    let words = found.notes.map(\.sentence).joined(separator: "\n")
    #expect(words.contains("`position_biased_input` is false"), "\(words)")
    let batch = TokenBatch([[3, 17, 5, 29]])
    func hidden(_ checkpoint: LanguageCheckpoint) throws -> [Float] {
      try checkpoint.encoder().hidden(batch, adapters: .none, pass: ForwardPass(over: 1)).values
    }
    #expect(try hidden(found) == hidden(checkpoint))
  }

  @Test("are refused where the table of distances has another size")
  func otherTable() throws {
    let checkpoint = try LanguageModel("deberta").checkpoint
    var store = try ChangedStore(checkpoint.store)
    let name = "deberta.encoder.rel_embeddings.weight"
    store[name] = ([10, 24], Array(repeating: 1, count: 240))
    store["deberta.encoder.LayerNorm.bias"] = nil
    let error = #expect(throws: DiagnosticError.self) {
      try LanguageCheckpoint(store, description: checkpoint.description)
    }
    let words = error?.description ?? ""
    #expect(words.contains("'\(name)' has shape [10, 24]"), "\(words)")
    #expect(words.contains("'deberta.encoder.LayerNorm.bias' is missing"), "\(words)")
  }

  /// The rows of the table are no tokens, and regularizers see none of them.
  @Test("leave no subspaces of their own, and all gradients where blocks are computed again")
  func passes() throws {
    let model = try LanguageModel("deberta")
    let encoder = try model.checkpoint.encoder { $0.name.hasPrefix("rel_") }
    let maps = model.checkpoint.sites.filter { $0.kind == .query || $0.kind == .key }.map {
      AdapterSet.Entry(site: $0, adapter: TrainedLowRank(site: $0, index: $0.layer + 3))
    }
    let adapters = AdapterSet(maps)
    let slopes = try model.wanted("slopes")
    func gradients(recomputing: Bool) -> [Tensor?] {
      let pass = ForwardPass(
        isTraining: false, images: model.batch.count, generator: RandomGenerator(seed: 0),
        recordsSubspaces: true, recordsInputs: true, recomputesBlocks: recomputing)
      let hidden = encoder.hidden(model.batch, adapters: adapters, pass: pass)
      #expect(pass.subspaces.count == maps.count)
      let tokens = model.batch.lengths.reduce(0, +)
      #expect(pass.subspaces.allSatisfy { $0.subspaces.coefficients.shape[0] == tokens })
      let gradients = (hidden * slopes).sum().backward()
      return (adapters.parameters + encoder.parameters).map { gradients[$0.parameter.value] }
    }
    let (kept, again) = (gradients(recomputing: false), gradients(recomputing: true))
    #expect(kept.count == 4 + 3)
    for (one, other) in zip(kept, again) {
      let (one, other) = (try #require(one), try #require(other))
      #expect(one.values.contains { $0 != 0 })
      #expect(relativeDistance(other, one) < 1e-6)
    }
  }
}

/// ΔH = x Dᵀ U with one trained row of D.
private final class TrainedLowRank: SubspaceDecomposable {
  let down: Parameter
  var parameters: [Parameter] { [down] }
  private let width: Int

  init(site: AdaptationSite, index: Int) {
    var generator = RandomGenerator(seed: UInt64(index)).split(site.name)
    down = Parameter(
      "down", Tensor(generator.normal(site.inputWidth), shape: [1, site.inputWidth]))
    width = site.outputWidth
  }

  convenience init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    self.init(site: site, index: 0)
  }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let basis = Tensor((0..<width).map { Float($0 % 5) / 10 - 0.2 }, shape: [1, width])
    return Subspaces(
      coefficients: x.projected(onto: down.value), basis: basis, images: pass.images)
  }
}
