import Backbones
import Datasets
import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

@Suite("Language modelling")
struct LanguageModelRunTests {
  /// Prompts are of six words; completions follow from them.
  @Test("An adapter learns the completions, and the perplexity falls")
  func learns() throws {
    let laboratory = try LanguageLaboratory()
    let experiment = try LanguageModelExperiment(
      laboratory.recipe("epochs: 40\nregularizers: [{type: crowding, weight: 0.01}]\n"))
    let before = try experiment.evaluate(.test)
    let summary = try experiment.train()
    let after = try experiment.evaluate(.test)
    let (first, last) = (try #require(before.perplexity), try #require(after.perplexity))
    #expect(first > 20, "\(first)")
    #expect(last < 4, "\(last)")
    #expect(after.accuracy > before.accuracy + 0.3)
    #expect(abs(last - exp(after.loss)) < 1e-9)
    // Five tokens of a completion, and the end of the text.
    #expect(after.tokens == 12 * 5)
    #expect(after.examples == 12)
    #expect(after.redundancyBySite.keys.contains("blocks.1.fc2"))
    #expect(summary.headParameters == 0)
    #expect(summary.stages[0].test?.perplexity == last)
    #expect(summary.stages[0].validation?.leading.name == "perplexity")
  }

  /// Σ −log p over all tokens that count, divided by how many they are, whatever the lengths of texts.
  @Test("The loss of a step is that of its tokens, not the mean of its texts'")
  func normalised() throws {
    let laboratory = try LanguageLaboratory()
    let lines = [
      #"{"prompt": "cat.", "completion": " c"}"#,
      #"{"prompt": "the red hat.", "completion": " the red hat sat on the mat"}"#,
    ]
    try laboratory.scratch.write(lines.joined(separator: "\n"), to: "texts/train.jsonl")
    let experiment = try LanguageModelExperiment(laboratory.recipe())
    let task = try #require(experiment.openTask(epochs: 1).task as? LanguageModelTask)
    func loss(_ batch: [Int]) -> (value: Double, count: Int) {
      let pass = ForwardPass(
        isTraining: false, images: batch.count, generator: RandomGenerator(seed: 0))
      let answers = task.answers(
        to: batch, epoch: RandomGenerator(seed: 0), pass: pass, isAdapted: true)
      #expect(answers.features[0].shape == [task.labels(of: batch).count, 24])
      #expect(answers.logits.shape == [task.labels(of: batch).count, 41])
      return (
        Double(task.loss(of: answers, to: batch, epoch: RandomGenerator(seed: 0)).item),
        task.labels(of: batch).count
      )
    }
    let (short, long, both) = (loss([0]), loss([1]), loss([0, 1]))
    #expect(short.count == 3)
    #expect(long.count == 28)
    #expect(both.count == 31)
    let mean = (short.value * 3 + long.value * 28) / 31
    #expect(abs(both.value - mean) < 1e-5, "\(both.value) \(mean)")
  }

  @Test("What is learned: completions, all tokens, with the end of a text or without")
  func learned() throws {
    let laboratory = try LanguageLaboratory()
    for name in ["train", "valid", "test"] {
      try laboratory.scratch.write(
        #"{"prompt": "ab.", "completion": " c"}"#, to: "texts/\(name).jsonl")
    }
    func windows(_ changes: String...) throws -> [TextWindows.Window] {
      let recipe = try laboratory.recipe("", changes)
      let task = try LanguageModelExperiment(recipe).openTask(epochs: 1).task
      return try #require(task as? LanguageModelTask).texts[.train]?.windows ?? []
    }
    let usual = try windows()
    #expect(usual.map(\.ids) == [[5, 6, 32, 31, 7, 2]])
    #expect(usual[0].counts == [false, false, false, true, true, true])
    let all = try windows("text.learn=all")
    #expect(all[0].counts == Array(repeating: true, count: 6))
    let open = try windows("text.add_end=false")
    #expect(open.map(\.ids) == [[5, 6, 32, 31, 7]])
    let short = try windows("text.length=4")
    #expect(short.map(\.ids) == [[5, 6, 32, 31]])
  }

  @Test(
    "Texts that are too long lose their ends, and those with nothing to learn are left out: said")
  func shortened() throws {
    let laboratory = try LanguageLaboratory()
    let experiment = try LanguageModelExperiment(laboratory.recipe("", ["text.length=13"]))
    let notes = try experiment.openTask(epochs: 1).task.notes.words
    #expect(
      notes.contains {
        $0.contains("36 of 36 texts of 'train' are longer than 13 tokens")
      }, "\(notes)")
    let found = complaint {
      try LanguageModelExperiment(laboratory.recipe("", ["text.length=4"])).openTask(epochs: 1)
    }
    #expect(found.contains("no token to learn in the first 4 tokens"), "\(found)")
  }

  @Test("A plain text is cut to stretches; fractions are its end, at lines")
  func plainText() throws {
    let laboratory = try LanguageLaboratory()
    let lines = (0..<100).map { "the cat \($0.isMultiple(of: 2) ? "sat" : "ran")." }
    let text = lines.joined(separator: "\n") + "\n"
    try laboratory.scratch.write(text, to: "book.txt")
    let recipe = try laboratory.recipe(
      "",
      [
        "data={type: text, path: \(laboratory.folder)/book.txt, val_fraction: 0.1, test_fraction: 0.2}",
        "text.length=32",
      ])
    let experiment = try LanguageModelExperiment(recipe)
    let texts = experiment.texts
    let (train, val, test) = (
      try #require(texts.train)[0].text, try #require(texts.val)[0].text,
      try #require(texts.test)[0].text
    )
    #expect(train + val + test == text)
    #expect([train, val].allSatisfy { $0.hasSuffix("\n") })
    #expect(abs(test.count - text.count / 5) < 20)
    let task = try #require(experiment.openTask(epochs: 1).task as? LanguageModelTask)
    let windows = task.texts[.train]?.windows ?? []
    #expect(windows.map(\.ids.count).dropLast().allSatisfy { $0 == 32 })
    #expect(windows.reduce(0) { $0 + $1.ids.count } == train.count)
    #expect(windows.allSatisfy { $0.counts.allSatisfy(\.self) })
  }

  @Test("Texts of like length go together: all of them, once, the rest of a batch last")
  func grouping() {
    let lengths = (0..<103).map { ($0 * 37) % 50 + 1 }
    var stream = RandomGenerator(seed: 3)
    let order = stream.permutation(103)
    let found = LengthGroups.arranged(order, lengths: lengths, batchSize: 10)
    #expect(found.sorted() == Array(0..<103))
    #expect(found[100...].elementsEqual(order[100...]))
    let spans = (0..<10).map { batch in
      let own = found[batch * 10..<batch * 10 + 10].map { lengths[$0] }
      return (own.max() ?? 0) - (own.min() ?? 0)
    }
    #expect(spans.allSatisfy { $0 < 12 }, "\(spans)")
    let firsts = (0..<10).map { lengths[found[$0 * 10]] }
    #expect(firsts != firsts.sorted())
  }

  @Test("Packing joins texts, each with its end")
  func packing() throws {
    let laboratory = try LanguageLaboratory()
    let recipe = try laboratory.recipe("", ["text={packing: true, length: 20}"])
    let task = try LanguageModelExperiment(recipe).openTask(epochs: 1).task
    let windows = try #require(task as? LanguageModelTask).texts[.train]?.windows ?? []
    #expect(windows.count == (36 * 17 + 19) / 20)
    #expect(windows.flatMap(\.ids).count { $0 == 2 } == 36)
    #expect(windows[0].ids[17..<20] == [8, 19, 11])
  }

  @Test("A stretch that is filled up beside a longer one has the same statistics")
  func fillingUp() throws {
    let laboratory = try LanguageLaboratory()
    let model = try LanguageModelExperiment(laboratory.recipe()).model
    func window(_ ids: [Int]) -> TextWindows.Window {
      TextWindows([TokenizedText(ids: ids, counts: ids.map { _ in true })], length: 99).windows[0]
    }
    func coefficients(_ windows: [TextWindows.Window]) -> [String: [Float]] {
      let pass = ForwardPass(
        isTraining: false, images: windows.count, generator: RandomGenerator(seed: 0))
      _ = noGradient { model.answers(to: windows, pass: pass) }
      return Dictionary(
        uniqueKeysWithValues: pass.subspaces.map {
          ($0.site.name, $0.subspaces.coefficients.values)
        })
    }
    let (short, long) = (window([5, 9, 6]), window([7, 8, 9, 10, 11, 12]))
    let (alone, both) = (coefficients([short]), coefficients([short, long]))
    #expect(alone.count == 8)
    for (site, values) in alone {
      let beside = try #require(both[site])
      #expect(beside.count == values.count * 9 / 3)
      for (x, y) in zip(values, beside) { #expect(abs(x - y) < 1e-5) }
    }
  }

  @Test("The same seed trains the same parameters; a run that was cut off goes on to the same")
  func deterministic() throws {
    let laboratory = try LanguageLaboratory()
    let recipe = try laboratory.recipe(
      "epochs: 3\nselection: best-val\n", ["adapter.dropout=0.3"])
    let whole = try LanguageModelExperiment(recipe)
    try whole.train()
    let again = try LanguageModelExperiment(recipe)
    try again.train()
    let wanted = whole.model.snapshot().mapValues(\.values)
    #expect(again.model.snapshot().mapValues(\.values) == wanted)
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let interrupter = Interrupter(after: 4)
    let cut = Runner(
      try LanguageModelExperiment(recipe), folder: folder, observer: interrupter,
      stop: interrupter.stop)
    #expect(throws: TrainingInterrupted.self) { try cut.run() }
    let resumed = try LanguageModelExperiment(recipe)
    let summary = try Runner(resumed, folder: folder).resume()
    #expect(resumed.model.snapshot().mapValues(\.values) == wanted)
    #expect(summary.stages[0].validation?.tokens == 60)
    let loaded = try makeExperiment(folder.recipe(registry: testPlugins))
    try folder.load(into: loaded)
    #expect(try loaded.evaluate(.test).loss == summary.stages[0].test?.loss)
  }

  /// The best epoch of a loss that only rises is the first.
  @Test("best-val keeps the epoch with the lowest loss")
  func selection() throws {
    let laboratory = try LanguageLaboratory()
    let recipe = try laboratory.recipe(
      "epochs: 4\nselection: best-val\n", ["optimizer.learning_rate=1"])
    let folder = try RunFolder(creating: laboratory.folder + "/best", name: "best")
    let summary = try Runner(try LanguageModelExperiment(recipe), folder: folder).run()
    let losses = try folder.records().compactMap { $0.validation?.loss }
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(summary.stages[0].keptEpoch == best + 1)
  }

  @Test("Regularizers that compare answers see the tokens' logits")
  func answers() throws {
    let laboratory = try LanguageLaboratory()
    let recipe = try laboratory.recipe(
      "regularizers: [{type: beholding, weight: 0.1}]\n")
    try LanguageModelExperiment(recipe).train()
  }
}
