import Optimization
import PETL
import Recipes
import Testing

@Suite struct SweepTests {
  private static let base = """
    name: s
    backbone: {weights: w.safetensors}
    data: {type: safetensors, path: a.safetensors}
    epochs: 2

    """

  private func sweep(_ text: String, _ overrides: [String] = []) throws -> SweepRecipe {
    try SweepRecipe(
      text: Self.base + text, name: "s.yaml", overrides: overrides, registry: plugins)
  }

  private func mistakes(_ text: String, _ overrides: [String] = []) -> String {
    do {
      _ = try sweep(text, overrides)
      return "none"
    } catch { return "\(error)" }
  }

  /// Every value with every other; seeds vary first.
  @Test func grid() throws {
    let found = try sweep(
      """
      sweep:
        seeds: [0, 7]
        grid: {batch_size: [8, 16], optimizer.learning_rate: [1e-3, 2e-3]}
        data: [x/b.safetensors, c.safetensors]
      """)
    #expect(found.name == "s")
    #expect(found.points.count == 16)
    #expect(found.points.prefix(3).map(\.recipe.seed) == [0, 7, 0])
    let recipe = found.points[6].recipe
    #expect(recipe.batchSize == 8)
    #expect(recipe.optimizer.learningRate == 2e-3)
    #expect(recipe.data.path == "c.safetensors")
    #expect(recipe.seed == 0)
    #expect(found.points[0].label == "batch_size-8-learning_rate-1e-3-b.safetensors-seed0")
    #expect(Set(found.points.map(\.label)).count == 16)
  }

  /// Values drawn at random: the same of the same seed, each key for itself, more of them after those that there were.
  @Test func random() throws {
    func text(_ count: Int, seed: Int = 0, more: String = "") -> String {
      """
      sweep:
        random:
          count: \(count)
          seed: \(seed)
          values:
            optimizer.learning_rate: {from: 1e-4, to: 1e-2, scale: log}
            batch_size: {from: 4, to: 40, scale: integer}
            schedule.warmup_epochs: {from: 0, to: 1}\(more)
        seeds: [0, 1]
      """
    }
    func drawn(_ text: String) throws -> [[Double]] {
      try sweep(text).points.filter { $0.recipe.seed == 0 }.map {
        [
          $0.recipe.optimizer.learningRate, Double($0.recipe.batchSize),
          $0.recipe.schedule.warmupEpochs,
        ]
      }
    }
    let found = try drawn(text(200))
    #expect(found.count == 200)
    let (rates, sizes, warm) = (found.map { $0[0] }, found.map { $0[1] }, found.map { $0[2] })
    #expect(rates.allSatisfy { (1e-4...1e-2).contains($0) })
    // Half of the numbers are below the geometric mean: ± 4 standard deviations.
    #expect((72...128).contains(rates.count { $0 < 1e-3 }))
    #expect(Set(sizes) == Set((4...40).map(Double.init)))
    #expect((72...128).contains(warm.count { $0 < 0.5 }))
    #expect(try drawn(text(20)) == Array(found.prefix(20)))
    #expect(try drawn(text(20, seed: 1)) != Array(found.prefix(20)))
    let more = try drawn(text(20, more: "\n      threads: [1, 2]"))
    #expect(more == Array(found.prefix(20)))
    // What is written down stands for the same runs.
    let whole = try sweep(text(5))
    let again = try SweepRecipe(text: yamlText(of: whole.source), registry: plugins)
    #expect(again.points.map(\.label) == whole.points.map(\.label))
    for twice in [
      "random: {count: 2, values: {batch_size: [2, 4]}}, grid: {batch_size: [8]}",
      "paired: [{batch_size: 8, epochs: 3}], grid: {epochs: [1, 2]}",
      "random: {count: 2, values: {seed: [1, 2]}}, seeds: [0, 1]",
    ] {
      let found = mistakes("sweep: {\(twice)}")
      #expect(found.contains("is given by two parts of the sweep"), "\(found)")
    }
    #expect(
      mistakes("sweep: {random: {count: 9, values: {batch_size: [1, 2]}}}")
        .contains("hardly more than 2"))
    #expect(mistakes("sweep: {random: {count: 2}}").contains("needs 'values'"))
    let many = mistakes(
      "sweep: {random: {count: 2, values: {batch_size: {from: 8, to: 4}, a: 3, b: {from: 0, to: 1, scale: log}}}}"
    )
    for words in [
      "'batch_size': 'from' must be below 'to'", "'a' must be a list", "'from' above 0",
    ] {
      #expect(many.contains(words), "\(many)")
    }
    #expect(
      mistakes(
        "sweep: {paired: [{epochs: 1, seed: 1}], random: {count: 1, values: {batch_size: [1]}}}"
      )
      .contains("'random' and 'paired' exclude each other"))
  }

  @Test func pairedAndSections() throws {
    let found = try sweep(
      """
      sweep:
        paired:
          - {batch_size: 8, epochs: 3}
          - {batch_size: 16, epochs: 6}
        data: [{type: embedded, name: digits}, {type: safetensors, path: b.safetensors}]
      """)
    let sizes = found.points.map { [$0.recipe.batchSize, $0.recipe.stages[0].epochs] }
    #expect(sizes == [[8, 3], [8, 3], [16, 6], [16, 6]])
    #expect(found.points.map(\.recipe.data.source).prefix(2) == [.embedded, .safetensors])
    #expect(found.points[0].recipe.data.path == nil)
  }

  /// The section itself changes like any other.
  @Test func overriddenSection() throws {
    let text = "sweep: {seeds: [0, 1, 2], grid: {batch_size: [8, 16]}}"
    let found = try sweep(
      text, ["sweep.seeds=[4]", "sweep.grid={epochs: [1, 2]}", "batch_size=32"])
    let runs = found.points.map {
      [$0.recipe.seed, $0.recipe.stages[0].epochs, $0.recipe.batchSize]
    }
    #expect(runs == [[4, 1, 32], [4, 2, 32]])
    #expect(mistakes(text, ["sweep.seed=[4]"]).contains("seeds"))
  }

  /// Lists after `--set`, which take the place of the recipe's.
  @Test func overrides() throws {
    let found = try sweep(
      "sweep: {grid: {batch_size: [1, 2, 3]}, seeds: [0, 1]}",
      ["seed=5,6,7", "batch_size=4", "optimizer.learning_rate=0.1,0.2"])
    #expect(found.points.count == 6)
    #expect(found.points.allSatisfy { $0.recipe.batchSize == 4 })
    #expect(found.points.map(\.recipe.seed) == [5, 6, 7, 5, 6, 7])
    #expect(found.points[0].label == "learning_rate-0.1-seed5")
    let single = try sweep("", ["seed=3"])
    try #require(single.points.count == 1)
    #expect(single.points[0].label == "run")
    // Commas in brackets are of one value.
    let sections = try sweep("", ["optimizer={learning_rate: 0.1, beta1: 0.8},{beta1: 0.7}"])
    let options = sections.points.map { $0.recipe.optimizer.options as? AdamWOptions }
    #expect(options.map { $0?.beta1 } == [0.8, 0.7])
  }

  /// All mistakes, each once though every combination has it, at the place of the value.
  @Test func mistakesOfAllCombinations() {
    let text = mistakes(
      "sweep:\n  grid: {batch_size: [8, -1, x], epoch: [1]}\n  seeds: [0, 1, 2]\n")
    #expect(text.contains("s.yaml:6:26: error: "), "\(text)")
    #expect(text.contains("found the string 'x'"))
    #expect(text.contains("did you mean 'epochs'?"))
    #expect(text.split(separator: "\n").count { $0.contains("error: ") } == 3, "\(text)")
  }

  @Test(arguments: [
    ("sweep: 3", "'sweep' must be a mapping, found the integer 3"),
    ("sweep: {gird: {}}", "did you mean 'grid'?"),
    ("sweep: {grid: [1]}", "'grid' must be a mapping of keys to lists"),
    ("sweep: {grid: {batch_size: 8}}", "'batch_size' must be a list with a value for each run"),
    ("sweep: {grid: {batch_size: []}}", "'batch_size' is an empty list"),
    ("sweep: {grid: {a..b: [1]}}", "'a..b' is not the key of an option"),
    ("sweep: {seeds: 3}", "'seeds' must be a list"),
    ("sweep: {paired: [3]}", "'paired' must be a list of mappings"),
  ])
  func shapes(_ text: String, _ words: String) {
    let found = mistakes(text)
    #expect(found.contains(words), "\(found)")
    #expect(found.contains("s.yaml:5:"), "\(found)")
  }

  /// A run is trained once, however its values are spelled.
  @Test(arguments: [
    (
      "sweep: {grid: {optimizer.learning_rate: [1e-3, 0.01, 0.0010]}, seeds: [0, 1]}",
      "optimizer.learning_rate=1e-3 and optimizer.learning_rate=0.0010"
    ),
    ("sweep: {seeds: [0, 1, 0]}", "seed=0 and seed=0"),
    (
      "sweep: {paired: [{adapter.rank: 4}, {adapter.rank: 4, adapter.type: lora}]}",
      "adapter.rank=4 and adapter.rank=4, adapter.type=lora"
    ),
  ])
  func sameRuns(_ text: String, _ words: String) {
    let found = mistakes("adapter: {type: lora}\n" + text)
    #expect(found.contains("the sweep has the same run twice: \(words)\n"), "\(found)")
    #expect(found.split(separator: "the sweep has").count <= 2, "\(found)")
  }

  @Test func contradictions() {
    let both = mistakes("sweep: {paired: [{batch_size: 8, epochs: 3}]}", ["epochs=1,2"])
    #expect(both.contains("'epochs' is given by --set and by the sweep"), "\(both)")
    let hundred = (0..<101).map(String.init).joined(separator: ",")
    let many = mistakes("", ["seed=\(hundred)", "batch_size=1,2,3,4,5", "epochs=\(hundred)"])
    #expect(many.contains("more than 10000 runs"), "\(many)")
    do {
      _ = try Recipe(text: Self.base + "sweep: {seeds: [1]}", registry: plugins)
      Issue.record("a sweep is not one recipe")
    } catch {
      #expect("\(error)".contains("run all of them with petl sweep"), "\(error)")
    }
  }

  /// The recipe that is kept says the same as the recipe and its overrides did.
  @Test(arguments: [
    ([], "sweep: {grid: {batch_size: [8, 16]}, seeds: [0, 7]}"),
    (["batch_size=4,8", "optimizer.learning_rate=3e-3", "seed=1,2"], "sweep: {seeds: [0, 7]}"),
    ([], "sweep: {paired: [{batch_size: 8, epochs: 1}, {batch_size: 16, epochs: 2}]}"),
    (
      ["epochs=3"], "sweep: {data: [x/b.safetensors, {type: folder, path: f}], grid: {epochs: [1]}}"
    ),
    (["data.path=d.safetensors,e.safetensors"], ""),
    (["sweep.grid.batch_size=[2, 4]"], "sweep: {grid: {batch_size: [8]}}"),
    ([], ""),
  ])
  func keptRecipe(_ overrides: [String], _ text: String) throws {
    let found = try sweep(text, overrides)
    let kept = try SweepRecipe(
      text: yamlText(of: found.source), name: "kept.yaml", registry: plugins)
    #expect(kept.points.map(\.label) == found.points.map(\.label))
    let (own, other) = (
      found.points.map { yamlText(of: $0.recipe.resolved) },
      kept.points.map { yamlText(of: $0.recipe.resolved) }
    )
    #expect(own == other)
  }
}
