import Datasets
import PETL
import PETLPlugins
import Ranks
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// Several ranks train the bits of one, where the shards are the same.
@Suite struct RankTests {
  /// What each rank has in the end, and the figures of the run.
  private func trained(
    _ count: Int, _ recipe: @escaping @Sendable () throws -> Recipe
  ) throws -> [(values: [UInt32], losses: [Double])] {
    try ThreadRanks.run(count) { ranks in
      let experiment = try makeExperiment(recipe())
      let summary = try Runner(experiment, ranks: ranks).run()
      return (
        experiment.network.parameters.flatMap { $0.parameter.value.values.map(\.bitPattern) },
        summary.stages.flatMap {
          [$0.taskLoss, $0.validation?.loss ?? 0, $0.test?.loss ?? 0, $0.test?.accuracy ?? 0]
        }
      )
    }
  }

  private func expectBits(_ recipe: @escaping @Sendable () throws -> Recipe) throws {
    let one = try trained(1, recipe)[0]
    for count in [2, 3, 4] {
      for (rank, outcome) in try trained(count, recipe).enumerated() {
        #expect(outcome.values == one.values, "rank \(rank) of \(count)")
        #expect(outcome.losses == one.losses, "rank \(rank) of \(count)")
      }
    }
  }

  @Test(arguments: ["linear", "cosine", "euclidean", "nonlinear"])
  func measures(_ measure: String) throws {
    let laboratory = try Laboratory()
    let (weights, data) = (laboratory.weights, laboratory.data)
    try expectBits {
      try Recipe(
        text: """
          threads: 1
          backbone: {weights: \(weights), drop_path: 0.2}
          data: {type: safetensors, path: \(data)}
          adapter: {type: lora, rank: 4, dropout: 0.2}
          regularizers: [{type: resora, measure: \(measure), weight: 0.5}]
          optimizer: {learning_rate: 1e-2}
          batch_size: 15
          micro_shards: 4
          epochs: 2
          """, registry: .builtIn())
    }
    _ = laboratory
  }

  /// The last batch of an epoch, of three images, has fewer shards than there are ranks.
  @Test(arguments: [
    "adapter: {type: adaptformer, rank: 4}\nregularizers: [{type: vicreg-variance, weight: 0.5}]",
    "adapter: {type: vpt}", "adapter: {type: lora, rank: 4}\noptimizer: {type: subzero}",
    "adapter: {type: lora, rank: 4}\nregularizers: [{type: keep}, {type: delta-norm}]\nmicro_batch_size: 2",
  ])
  func plugins(_ sections: String) throws {
    let laboratory = try Laboratory()
    let (weights, data) = (laboratory.weights, laboratory.data)
    try expectBits {
      try Recipe(
        text: """
          threads: 1
          backbone: {weights: \(weights)}
          data: {type: safetensors, path: \(data)}
          batch_size: 15
          micro_shards: 4
          epochs: 2
          \(sections)
          """, registry: .builtIn())
    }
    _ = laboratory
  }

  /// All images but one, and a last batch of one, which cannot be cut.
  @Test(arguments: ["resora", "decov", "vicreg-variance", "log-det"])
  func lastBatchOfOne(_ regularizer: String) throws {
    let laboratory = try Laboratory()
    let (weights, data) = (laboratory.weights, laboratory.data)
    let count = try Experiment(
      Recipe(
        text:
          "backbone: {weights: \(weights)}\ndata: {type: safetensors, path: \(data)}\nepochs: 1\nadapter: {type: lora}",
        registry: .builtIn())
    ).pipeline().train.count
    try expectBits {
      try Recipe(
        text: """
          threads: 1
          backbone: {weights: \(weights)}
          data: {type: safetensors, path: \(data)}
          adapter: {type: lora, rank: 4}
          regularizers: [{type: \(regularizer), weight: 0.5}]
          batch_size: \(count - 1)
          micro_shards: 4
          epochs: 1
          """, registry: .builtIn())
    }
    _ = laboratory
  }

  @Test func retrieval() throws {
    let laboratory = try PairLaboratory()
    let (weights, pairs) = (laboratory.weights, laboratory.pairs)
    try expectBits {
      try Recipe(
        text: """
          task: retrieval
          threads: 1
          backbone: {type: clip, weights: \(weights)}
          data: {type: pairs, path: \(pairs)}
          adapter: {type: lora, rank: 4, dropout: 0.1}
          regularizers: [{type: resora, weight: 0.5}]
          batch_size: 10
          micro_shards: 4
          epochs: 1
          """, registry: .builtIn())
    }
    _ = laboratory
  }

  @Test func languageModel() throws {
    let laboratory = try LanguageLaboratory()
    let folder = laboratory.folder
    try expectBits {
      try Recipe(
        text: """
          task: language-model
          threads: 1
          backbone: {weights: \(folder)/model}
          data: {type: text, path: \(folder)/texts}
          adapter: {type: lora, rank: 4, dropout: 0.1}
          regularizers: [{type: resora, weight: 0.5}]
          batch_size: 10
          micro_shards: 4
          epochs: 1
          """, registry: .builtIn())
    }
    _ = laboratory
  }
}
