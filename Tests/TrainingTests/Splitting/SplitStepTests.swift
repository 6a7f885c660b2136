import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// A step whose batch is cut into shards, and these into parts, is the step of the whole batch: losses, gradients and
/// penalties.
@Suite struct SplitStepTests {
  /// The figures of an epoch and the change that it made.
  private struct Outcome {
    let start: [Float]
    let end: [Float]
    let record: EpochRecord?
  }

  private final class Log: TrainingObserver {
    var records: [EpochRecord] = []
    func epochDidEnd(_ record: EpochRecord) { records.append(record) }
  }

  private func trained(_ recipe: Recipe) throws -> Outcome {
    let (experiment, log) = (try makeExperiment(recipe), Log())
    func values() -> [Float] {
      experiment.network.parameters.flatMap { $0.parameter.value.values }
    }
    let start = values()
    try experiment.train(observer: log)
    return Outcome(start: start, end: values(), record: log.records.last)
  }

  /// Trains whole, in shards, in parts, and in parts of shards.
  private func expectSame(
    tolerance: Float = 1e-3, _ recipe: ([String]) throws -> Recipe
  ) throws {
    let whole = try trained(try recipe([]))
    let change = zip(whole.start, whole.end).map { abs($0 - $1) }.max() ?? 0
    #expect(change > 1e-4)
    for changes in [
      ["micro_shards=3"], ["micro_batch_size=5"], ["micro_shards=2", "micro_batch_size=3"],
    ] {
      let split = try trained(try recipe(changes))
      let difference = zip(whole.end, split.end).map { abs($0 - $1) }.max() ?? 1
      #expect(difference < tolerance * change, "\(changes): \(difference) of \(change)")
      let (own, other) = (try #require(whole.record), try #require(split.record))
      #expect(abs(own.taskLoss - other.taskLoss) < 1e-4 * own.taskLoss, "\(changes)")
      for (label, figures) in own.regularizers {
        let found = try #require(other.regularizers[label])
        let scale = max(abs(figures.value), 1e-3)
        #expect(abs(figures.value - found.value) < 1e-3 * scale, "\(changes) \(label)")
        let (share, second) = (figures.gradientShare ?? 0, found.gradientShare ?? 0)
        #expect(abs(share - second) < 1e-2 * max(share, 1e-3), "\(changes) \(label)")
      }
      #expect(Set(own.redundancyBySite.keys) == Set(other.redundancyBySite.keys))
      for (site, value) in own.redundancyBySite {
        #expect(abs(value - (other.redundancyBySite[site] ?? 9)) < 1e-3, "\(changes) \(site)")
      }
    }
  }

  /// Whatever a regularizer looks at: Gram matrices, rows, images, inputs, weights, answers without adapters.
  @Test(arguments: [
    "{type: resora, measure: linear}", "{type: resora, measure: cosine}",
    "{type: resora, measure: euclidean}", "{type: resora, measure: nonlinear}",
    "{type: resora, measure: linear, set: images}",
    "{type: resora, measure: nonlinear, set: images}",
    "{type: resora, measure: euclidean, over: batch}", "{type: resora-across, pairs: all}",
    "{type: weight-orthogonality}", "{type: group-orthogonality}", "{type: decov}",
    "{type: vicreg-variance}", "{type: rank-pressure}", "{type: log-det}", "{type: orthogonal}",
    "{type: clora, k: 3}", "{type: delta-norm}", "{type: keep}", "{type: keep, distance: cosine}",
    "{type: intruder, k: 3}",
  ])
  func regularizers(_ regularizer: String) throws {
    let laboratory = try Laboratory()
    let registry = try PluginRegistry.builtIn()
    let penalty = regularizer.dropLast() + ", weight: 0.5}"
    try expectSame { changes in
      try laboratory.recipe(
        "regularizers: [\(penalty)]\n",
        adapter: "{type: lora, rank: 4, dropout: 0.2, sites: [query, value, fc1]}",
        ["optimizer={type: sgd, learning_rate: 0.1}"] + changes, registry: registry)
    }
  }

  /// Adapters with remainders, groups, prompts, draws of their own.
  @Test(arguments: [
    "{type: adaptformer, rank: 4, dropout: 0.3}", "{type: aoft, rank: 4, dropout: 0.3}",
    "{type: convpass, rank: 4}", "{type: randlora, rank: 4}", "{type: oft, oft_block_size: 4}",
    "{type: lokr, rank: 4, rank_dropout: 0.3}", "{type: arc, rank: 4, dropout: 0.3}",
  ])
  func adapters(_ adapter: String) throws {
    let laboratory = try Laboratory()
    let registry = try PluginRegistry.builtIn()
    try expectSame { changes in
      try laboratory.recipe(
        "regularizers: [{type: resora, weight: 0.5}]\n", adapter: adapter,
        ["optimizer={type: sgd, learning_rate: 0.1}", "backbone.drop_path=0.3"] + changes,
        registry: registry)
    }
  }

  /// Prompts do not decompose; their dropout is one of all images.
  @Test func prompts() throws {
    let laboratory = try Laboratory()
    let registry = try PluginRegistry.builtIn()
    try expectSame { changes in
      try laboratory.recipe(
        "", adapter: "{type: vpt, prompts: 8, dropout: 0.3}",
        ["optimizer={type: sgd, learning_rate: 0.5}"] + changes,
        registry: registry)
    }
  }

  /// A mean with weights that only the loss knows.
  @Test(arguments: ["{type: cross-entropy, class_weights: balanced}", "{type: focal}"])
  func losses(_ loss: String) throws {
    let laboratory = try Laboratory()
    let registry = try PluginRegistry.builtIn()
    try expectSame { changes in
      try laboratory.recipe(
        "loss: \(loss)\n", ["optimizer={type: sgd, learning_rate: 0.1}"] + changes,
        registry: registry)
    }
  }

  /// Every image is compared with every text of the whole batch.
  @Test(arguments: ["", "regularizers: [{type: resora, weight: 0.5}, {type: keep, weight: 0.5}]\n"])
  func retrieval(_ regularizers: String) throws {
    let laboratory = try PairLaboratory()
    let registry = try PluginRegistry.builtIn()
    try expectSame { changes in
      try laboratory.recipe(
        regularizers,
        ["optimizer={type: sgd, learning_rate: 0.1}", "adapter.dropout=0.2"] + changes,
        registry: registry)
    }
  }

  /// Texts of different lengths: padding is in no statistic, and dropout does not depend on it.
  @Test func texts() throws {
    let laboratory = try TextLaboratory()
    try expectSame { changes in
      try laboratory.recipe(
        "regularizers: [{type: resora, measure: nonlinear, weight: 0.5}, {type: keep, weight: 0.5}]\n",
        adapter: "{type: lora, rank: 4, dropout: 0.2}",
        ["optimizer={type: sgd, learning_rate: 0.05}"] + changes)
    }
  }

  @Test func languageModel() throws {
    let laboratory = try LanguageLaboratory()
    let lines = (0..<30).map { number in
      let end = String(repeating: " cat", count: 1 + number * number % 7)
      return #"{"prompt": "the dog.", "completion": "\#(end)"}"#
    }
    try laboratory.scratch.write(lines.joined(separator: "\n"), to: "texts/train.jsonl")
    let registry = try PluginRegistry.builtIn()
    try expectSame { changes in
      try laboratory.recipe(
        "regularizers: [{type: resora, weight: 0.5}]\n",
        ["optimizer={type: sgd, learning_rate: 0.1}", "adapter.dropout=0.2"] + changes,
        registry: registry)
    }
  }

  /// Two losses of the whole batch, and the gauge that follows from all of its tokens.
  @Test(arguments: [
    "optimizer={type: subzero, learning_rate: 1e-2}",
    "optimizer={type: sgd, learning_rate: 0.1}\nregauge=2",
  ])
  func steps(_ changes: String) throws {
    let laboratory = try Laboratory()
    let registry = try PluginRegistry.builtIn()
    let own = changes.split(separator: "\n").map(String.init)
    try expectSame(tolerance: 0.05) { changes in
      try laboratory.recipe(
        "regularizers: [{type: resora, weight: 0.5}]\n", own + changes, registry: registry)
    }
  }
}
