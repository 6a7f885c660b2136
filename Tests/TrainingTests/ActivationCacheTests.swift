import Backbones
import Foundation
import PETL
import TestSupport
import Testing

@testable import Networks
@testable import Training

@Suite struct ActivationCacheTests {
  private static let late = "{type: lora, rank: 4, layers: [1], dropout: 0.3}"

  /// A run with and one without: every stage's parameters, all figures.
  @Test(arguments: [late, ""], ["0", "0.5"])
  func sameBytes(_ adapter: String, _ dropPath: String) throws {
    let laboratory = try Laboratory()
    let text = """
      selection: best-val
      stages: [{name: one, epochs: 2}, {name: two, epochs: 2, learning_rate: 5e-2}]

      """
    let trials = try [1024, 0].map { memory in
      let changes = ["activation_cache=\(memory)", "backbone.drop_path=\(dropPath)"]
      return try laboratory.run(
        try laboratory.recipe(text, adapter: adapter, changes), in: "m\(memory)")
    }
    for stage in ["one", "two"] {
      let (kept, computed) = try (trials[0].parameters(stage), trials[1].parameters(stage))
      #expect(kept == computed)
    }
    let lines = try trials.map { try $0.records().map { [$0.taskLoss, $0.validation?.loss] } }
    #expect(lines[0] == lines[1])
    #expect(lines[0].count == 4)
    #expect(trials[1].summary.notes.words.isEmpty)
    let isWhole = adapter.isEmpty
    let training = isWhole && dropPath == "0" ? "the whole network runs" : "the first block runs"
    #expect(
      trials[0].summary.notes.words == [
        "\(training) once for each of the 48 training images, 1 MiB in memory",
        "\(isWhole ? "the whole network runs" : "the first block runs") once for each of the 24 "
          + "validation images, 1 MiB in memory",
      ])
  }

  /// Nothing is kept where nothing comes back: adapters in the first layer, or one epoch.
  @Test func nothingToKeep() throws {
    let laboratory = try Laboratory()
    let all = try laboratory.run(try laboratory.recipe(), in: "all")
    #expect(all.summary.notes.words.isEmpty)
    let once = try laboratory.run(
      try laboratory.recipe("epochs: 1\n", adapter: Self.late), in: "once")
    #expect(once.summary.notes.words.isEmpty)
  }

  /// What does not fit goes to a file, where that pays; without a disk it is computed.
  @Test func places() throws {
    let laboratory = try Laboratory()
    let experiment = try Experiment(try laboratory.recipe(adapter: ""))
    let pipeline = try experiment.pipeline()
    func caches(_ memory: Int, _ folder: String) -> ActivationCaches {
      ActivationCaches(
        experiment.model.backbone, experiment.model.adapters, pipeline, memory: memory, epochs: 2,
        folder: folder)
    }
    // 48 images of 16 floats take 3072 bytes, 24 take 1536.
    let split = caches(3072, laboratory.folder)
    #expect(split.train != nil)
    #expect(split.validation != nil)
    #expect(split.notes.words[0].hasSuffix("in memory"))
    #expect(split.notes.words[1].hasSuffix("in a temporary file"))
    let expected = experiment.model.evaluate(pipeline.train, pipeline, batchSize: 16)
    let spilled = caches(1, laboratory.folder)
    for _ in 0..<2 {
      let figures = experiment.model.evaluate(
        pipeline.train, pipeline, batchSize: 16, cache: spilled.train)
      #expect(figures.loss == expected.loss)
    }
    let none = caches(1, "/proc/none")
    #expect(none.train == nil)
    #expect(none.validation == nil)
    #expect(none.notes.words[0].hasPrefix("there is no room for 1 MiB in /proc/none"))
    let block = try Experiment(try laboratory.recipe(adapter: Self.late))
    let short = ActivationCaches(
      block.model.backbone, block.model.adapters, pipeline, memory: 1, epochs: 2,
      folder: laboratory.folder)
    #expect(short.train == nil)
    #expect(short.notes.words.isEmpty)
  }

  /// An image that was asked for once is not computed again.
  @Test func computedOnce() throws {
    let prefix = FrozenPrefix(blocks: 1, isWhole: false, shape: [2])
    let store = try #require(RowStore(count: 5, width: 2, place: .memory))
    let cache = ActivationCache(prefix, in: store)
    var asked: [[Int]] = []
    func activations(_ indices: [Int]) -> [Float] {
      cache.activations(of: indices) { missing in
        asked.append(missing)
        return Tensor(missing.flatMap { [Float($0), -Float($0)] }, shape: [missing.count, 2])
      }.values
    }
    let values = [[3, 1], [1, 4, 3], [4, 1]].map(activations)
    #expect(values == [[3, -3, 1, -1], [1, -1, 4, -4, 3, -3], [4, -4, 1, -1]])
    #expect(asked == [[3, 1], [4]])
  }
}
