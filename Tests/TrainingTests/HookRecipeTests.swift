import LoRA
import Losses
import PETL
import Rules
import TestSupport
import Testing

@testable import Recipes
@testable import Training

@Suite("Rules and losses in recipes") struct HookRecipeTests {
  private let head = """
    backbone: {weights: embedded:vit-micro}
    data: {name: digits}
    adapter: {type: lora}

    """

  private func recipe(_ text: String, _ overrides: [String] = []) throws -> Recipe {
    try Recipe(text: head + text, name: "r.yaml", overrides: overrides, registry: hookPlugins)
  }

  /// What a recipe does not say does not stand in what is stored of it.
  @Test func standOnlyWhereTheyAre() throws {
    let plain = yamlText(of: try recipe("").resolved)
    #expect(!plain.contains("rules"))
    #expect(!plain.contains("loss"))
    let whole = yamlText(
      of: try recipe("rules: [{type: ema}]\nloss: {type: cross-entropy}\n").resolved)
    #expect(
      whole.contains(
        """
        loss:
          type: cross-entropy
          label_smoothing: 0
          class_weights: equal
        rules:
        - type: ema
          decay: 0.999
          warmup: false

        """), "\(whole)")
    let again = try Recipe(text: whole, name: "again", registry: hookPlugins)
    #expect(yamlText(of: again.resolved) == whole)
  }

  @Test func overridesAndSweeps() throws {
    let text = "rules: [{type: ema}, {type: lora-plus}, {type: ema}]\n"
    let changed = try recipe(text, ["rules.1.ratio=4", "loss={type: focal, gamma: 1}"])
    #expect(changed.rules.map(\.label) == ["ema", "lora-plus", "ema#2"])
    let found = yamlText(of: changed.resolved)
    #expect(found.contains("ratio: 4"))
    #expect(found.contains("gamma: 1"))
    #expect(try recipe(text, ["rules=~"]).rules.isEmpty)
    let sweep = try SweepRecipe(
      text: head + "rules: [{type: ema}]\nsweep: {grid: {rules.0.decay: [0.9, 0.99]}}\n",
      registry: hookPlugins)
    #expect(sweep.points.count == 2)
  }

  @Test func mistakes() {
    let found = complaint {
      try recipe(
        """
        loss: {type: crossentropy}
        rules:
          - {type: em}
          - {type: ema, decay: 2, ratio: 3}
          - {decay: 0.9}

        """)
    }
    #expect(
      found == """
        r.yaml:4:14: error: there is no loss 'crossentropy'
         4 | loss: {type: crossentropy}
           |              ^~~~~~~~~~~~
          did you mean 'cross-entropy'?
          known: binary, cross-entropy, focal
        r.yaml:6:12: error: there is no rule 'em'
         6 |   - {type: em}
           |            ^~
          did you mean 'ema'?
          known: early-stopping, ema, halving, lora-plus, starting, watching
        r.yaml:7:24: error: 'rules.1.decay' must be from 0 to 0.9999999, found the integer 2
         7 |   - {type: ema, decay: 2, ratio: 3}
           |                        ^
        r.yaml:7:27: error: unknown key 'ratio' in 'rules.1'
         7 |   - {type: ema, decay: 2, ratio: 3}
           |                           ^~~~~
          known keys: type, decay, warmup
        r.yaml:8:5: error: missing key 'type' in 'rules.2'
         8 |   - {decay: 0.9}
           |     ^~~~~~~~~~~~
          expected a string
        """)
  }

  @Test func keysAreTold() {
    let found = complaint { try recipe("rule: [{type: ema}]\nclass_weights: balanced\n") }
    #expect(found.contains("did you mean 'rules'?"), "\(found)")
    #expect(found.contains("'class_weights' belongs under 'loss'"), "\(found)")
  }

  @Test func retrievalHasItsOwnLoss() {
    let text = """
      task: retrieval
      backbone: {type: clip, weights: clip}
      data: {type: pairs, path: p.jsonl, normalization: clip}
      loss: {type: focal}

      """
    let found = complaint { try Recipe(text: text, name: "r.yaml", registry: hookPlugins) }
    #expect(
      found.hasPrefix(
        """
        r.yaml:4:7: error: 'loss' is of task: classification; retrieval has its contrastive loss
        """), "\(found)")
  }

  /// Made in code they are what a file says.
  @Test func madeInCode() throws {
    let made = try Recipe(
      backbone: BackboneRecipe(weights: "embedded:vit-micro"), data: .embedded("digits")
    ) {
      $0.adapter = AdapterRecipe(LoRA.self, options: LoRAOptions())
      $0.rules = [
        RuleRecipe(EMA.self, options: EMAOptions { $0.decay = 0.9 }),
        RuleRecipe(EarlyStopping.self, options: EarlyStoppingOptions()),
      ]
      $0.loss = LossRecipe(
        CrossEntropy.self, options: CrossEntropyOptions { $0.classWeights = .listed([1, 2, 2]) })
    }
    let text = """
      rules: [{type: ema, decay: 0.9}, {type: early-stopping}]
      loss: {type: cross-entropy, class_weights: [1, 2, 2]}

      """
    let file = try recipe(text)
    #expect(made.rules.map(\.label) == file.rules.map(\.label))
    let logits = Tensor([1, 2, 3, -1, 0, 2], shape: [2, 3])
    let values = try [made, file].map {
      let loss = try #require($0.loss).make(ClassCounts([1, 1, 1]))
      return loss.losses(of: logits, labels: [1, 0]).mean.item
    }
    #expect(values[0] == values[1])
    #expect(values[0] != logits.crossEntropy([1, 0]).item)
    let stored = yamlText(of: made.resolved)
    let again = try Recipe(text: stored, name: "again", registry: hookPlugins)
    #expect(yamlText(of: again.resolved) == stored)
    #expect(stored.contains("decay: 0.9\n"))
  }

  /// Another rule or loss is another stage.
  @Test func stagesThatAreReused() throws {
    let texts = try ["", "rules: [{type: ema}]\n", "loss: {type: focal}\n"].map {
      try recipe($0).decisions(throughStage: 0, regularized: false)
    }
    #expect(Set(texts).count == 3)
    let control = try recipe("rules: [{type: ema}]\nregularizers: [{type: crowding}]\n")
      .decisions(throughStage: 0, regularized: false)
    #expect(control == texts[1])
  }
}
