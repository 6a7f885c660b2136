import Checkpoints
import Foundation
import Networks
import PETL
import PETLPlugins
import Recipes
import Rules
import TestSupport
import Testing

@testable import Training

extension Laboratory {
  /// A recipe of rules, losses and what they need.
  func hooked(
    _ text: String, adapter: String = "{type: lora, rank: 4}", optimizer: String = "{}",
    data section: String? = nil
  ) throws -> Recipe {
    let base = """
      threads: 1
      backbone: {weights: \(weights)}
      data: \(section ?? "{type: safetensors, path: \(data)}")
      batch_size: 16
      adapter: \(adapter)
      optimizer: \(optimizer)

      """
    let length = text.contains("epochs:") ? "" : "epochs: 2\n"
    return try Recipe(text: base + length + text, name: "r.yaml", registry: hookPlugins)
  }
}

@Suite("Training rules", .serialized) struct TrainingRuleTests {
  @Test func hooksAreCalledInOrder() throws {
    let laboratory = try Laboratory()
    unsafe Sights.moments = []
    _ = try laboratory.run(try laboratory.hooked("rules: [{type: watching}]\n"))
    let found = unsafe Sights.moments
    let steps = (0..<6).flatMap { step in
      ["gradients \(step)", "step \(step) of epoch \(step / 3 + 1), with gradients"]
        + (step % 3 == 2 ? ["epoch \(step / 3 + 1)"] : [])
    }
    #expect(found == ["prepare 3"] + steps + ["stage train"])
  }

  @Test func lossesAloneHaveNoGradients() throws {
    let laboratory = try Laboratory()
    unsafe Sights.moments = []
    let recipe = try laboratory.hooked(
      "epochs: 1\nrules: [{type: watching}]\n", optimizer: "{type: subzero}")
    _ = try laboratory.run(recipe)
    let found = unsafe Sights.moments
    #expect(
      found == [
        "prepare 3", "step 0 of epoch 1, without gradients", "step 1 of epoch 1, without gradients",
        "step 2 of epoch 1, without gradients", "epoch 1", "stage train",
      ])
  }

  /// A rule that only looks leaves the bytes of a run without it.
  @Test func lookingChangesNothing() throws {
    let laboratory = try Laboratory()
    let plain = try laboratory.run(try laboratory.hooked(""), in: "plain")
    let watched = try laboratory.run(
      try laboratory.hooked("rules: [{type: watching}]\n"), in: "watched")
    let (expected, found) = try (plain.parameters(), watched.parameters())
    #expect(found == expected)
  }

  /// SGD without momentum and decay moves half as far by half of the gradient.
  @Test func gradientsAreChanged() throws {
    let laboratory = try Laboratory()
    let sgd = "type: sgd, momentum: 0, weight_decay: 0"
    let halved = try laboratory.run(
      try laboratory.hooked(
        "rules: [{type: halving}]\n", optimizer: "{\(sgd), learning_rate: 0.2}"), in: "halved")
    let slow = try laboratory.run(
      try laboratory.hooked("", optimizer: "{\(sgd), learning_rate: 0.1}"), in: "slow")
    let (expected, found) = try (slow.parameters(), halved.parameters())
    for (name, values) in expected {
      let error = zip(found[name] ?? [], values).map { abs($0 - $1) }.max() ?? .nan
      #expect(error < 1e-6, "\(name)")
    }
    let norms = try (halved.records()[0].gradientNorm, slow.records()[0].gradientNorm)
    #expect(abs(2 * norms.0 / norms.1 - 1) < 1e-2)
  }

  @Test func startsFromTheData() throws {
    let laboratory = try Laboratory()
    let trial = try laboratory.run(try laboratory.hooked("rules: [{type: starting}]\n"))
    // Two layers' queries and values; every B and the head have gradients, A at B = 0 a zero one.
    #expect(
      trial.summary.notes.words == ["stage 'train': rule 'starting' saw 4 sites, 10 gradients"])
    let plain = try laboratory.run(try laboratory.hooked(""), in: "plain")
    let (with, without) = try (trial.checkpoint(), plain.checkpoint())
    #expect(with != without)
  }

  /// What is measured and kept is the mean; what is trained goes on from the step's own values.
  @Test func movingAverage() throws {
    let laboratory = try Laboratory()
    let ema = "rules: [{type: ema, decay: 0.5}]\n"
    let trial = try laboratory.run(try laboratory.hooked(ema), in: "mean")
    let plain = try laboratory.run(try laboratory.hooked(""), in: "plain")
    let (means, lasts) = try (trial.records(), plain.records())
    #expect(means.map(\.taskLoss) == lasts.map(\.taskLoss))
    #expect(means.map { $0.validation?.loss } != lasts.map { $0.validation?.loss })
    let kept = try #require(trial.summary.stages.first?.validation)
    #expect(kept.loss == means.last?.validation?.loss)
    // A decay of 0 is the step's own values, bit for bit.
    let none = try laboratory.run(
      try laboratory.hooked("rules: [{type: ema, decay: 0}]\n"), in: "none")
    let (expected, found) = try (plain.parameters(), none.parameters())
    #expect(found == expected)
  }

  @Test(arguments: ["last", "best-val"]) func stoppingEarly(_ selection: String) throws {
    let laboratory = try Laboratory()
    let text = """
      epochs: 9
      selection: \(selection)
      rules: [{type: early-stopping, patience: 2, min_delta: 1}]

      """
    let trial = try laboratory.run(try laboratory.hooked(text))
    let result = try #require(trial.summary.stages.first)
    // Nothing is better by 1 than the first epoch's accuracy.
    #expect(result.epochs == 3)
    let records = try trial.records()
    #expect(records.count == 3)
    #expect(
      trial.summary.notes.words == [
        "stage 'train' ended after epoch 3 of 9 because accuracy on the validation split was no "
          + "better for 2 epochs (rule 'early-stopping')"
      ])
  }

  /// Factors of groups are gone when the stage has ended.
  @Test func groupsAreOfAStage() throws {
    let laboratory = try Laboratory()
    let trial = try laboratory.run(try laboratory.hooked("rules: [{type: lora-plus}]\n"))
    let factors = trial.experiment.network.parameters.map(\.parameter.rateFactor)
    #expect(Set(factors) == [1])
    let plain = try laboratory.run(try laboratory.hooked(""), in: "plain")
    let (with, without) = try (trial.checkpoint(), plain.checkpoint())
    #expect(with != without)
  }

  /// timm's factors for a network of two layers: decay² in the first, decay in the last, all of it in the head; also of
  /// weights of the network's own.
  @Test func layersHaveTheirRates() throws {
    let laboratory = try Laboratory()
    let experiment = try Experiment(
      laboratory.recipe(adapter: "{type: lora, rank: 2, modules_to_save: [norm1]}"))
    let parameters = experiment.network.parameters.map { name, parameter in
      RuleParameter(
        name: name, parameter: parameter,
        site: experiment.network.adapters.entries.first { name.hasPrefix("\($0.site.name).") }?.site
      )
    }
    let rule = LayerDecay(options: LayerDecayOptions { $0.decay = 0.5 })
    var rates: [String: Double] = [:]
    for group in rule.groups(of: parameters, experiment.network.adapters) {
      for entry in parameters where group.parameters.contains(where: { $0 === entry.parameter }) {
        rates[entry.name] = group.rate
      }
    }
    #expect(rates.count == 2 * (4 + 2))
    for (name, rate) in rates {
      #expect(rate == (name.contains("blocks.0.") ? 0.25 : 0.5), "\(name)")
    }
    #expect(rates["head.weight"] == nil)
    let decayed = try laboratory.run(
      try laboratory.recipe("rules: [{type: layer-decay, decay: 0.01}]\n", registry: .builtIn()))
    let plain = try laboratory.run(try laboratory.recipe(registry: .builtIn()), in: "plain")
    let (with, without) = try (decayed.checkpoint(), plain.checkpoint())
    #expect(with != without)
  }

  /// Of PEFT's schedule, 4 sites of rank 4 keep 8 ranks in all.
  @Test func adaLoRABringsItsRule() throws {
    let laboratory = try Laboratory()
    let adapter = "{type: adalora, init_r: 4, target_r: 2, tinit: 1, tfinal: 2}"
    let trial = try laboratory.run(
      try laboratory.hooked(
        "epochs: 4\nregularizers: [{type: crowding, weight: 0.1}]\n", adapter: adapter,
        optimizer: "{learning_rate: 1e-2}"))
    let diagonals = try trial.parameters().filter { $0.key.hasSuffix("lora_E") }
    #expect(diagonals.count == 4)
    let ranks = diagonals.values.map { $0.count { $0 != 0 } }
    #expect(ranks.reduce(0, +) == 8)
    // Logged at each step: of an epoch the mean.
    let logged = try trial.records().map { $0.figures?["adalora.rank"] ?? .nan }
    #expect(logged.first ?? 0 > 2)
    #expect(logged.last == 2)
    let share = try trial.records().last?.regularizers["crowding"]?.gradientShare
    #expect(share ?? 0 > 0)
  }

  @Test func aStageTooShortForAdaLoRA() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.hooked("", adapter: "{type: adalora, tinit: 4, tfinal: 2}")
    let found = complaint { try Experiment(recipe).train() }
    #expect(
      found == """
        error: adapter 'adalora' keeps all ranks for 4 steps and the last ones for 2, and stage 'train' has 6
          make tinit and tfinal smaller, or the stage longer
        """)
  }
}

@Suite("What rules contradict") struct RuleObjectionTests {
  @Test(arguments: [
    (
      "halving", "{type: lora}", "{type: subzero}",
      "it needs gradients, and optimizer 'subzero' takes losses only"
    ),
    (
      "lora-plus", "{type: shift}", "{}", "adapter 'shift' has no factors A and B of its own"
    ),
    (
      "lora-plus", "{type: lora}", "{type: riemannion}",
      "optimizer 'riemannion' moves both factors of an adapter together, at one rate"
    ),
    (
      "lora-plus", "{type: lora}", "{type: odelora}",
      "optimizer 'odelora' moves both factors of an adapter together, at one rate"
    ),
  ])
  func isRefused(_ rule: String, _ adapter: String, _ optimizer: String, _ words: String) throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.hooked(
      "rules: [{type: \(rule)}]\n", adapter: adapter, optimizer: optimizer)
    let found = complaint { try Plan(recipe) }
    #expect(
      found.hasPrefix("r.yaml:8:16: error: rule '\(rule)' cannot be applied: \(words)\n"),
      "\(found)")
  }

  @Test func withoutAdapterOrSplit() throws {
    let laboratory = try Laboratory()
    let text = """
      threads: 1
      backbone: {weights: \(laboratory.weights)}
      data: {type: safetensors, path: \(laboratory.data), train: train+val}
      rules: [{type: lora-plus}, {type: early-stopping}, {type: ema}, {type: ema, decay: 0.9}]

      """
    let recipe = try Recipe(text: text, name: "r.yaml", registry: hookPlugins)
    let found = complaint { try Plan(recipe) }
    for words in [
      "rule 'lora-plus' cannot be applied: there is no adapter",
      "rule 'early-stopping' cannot be applied: it decides by a validation split that is not "
        + "trained on, and there is none",
      "rules 'ema' and 'ema#2' both give the values that are measured and kept",
    ] {
      #expect(found.contains("error: \(words)\n"), "\(found)")
    }
  }

  @Test func meansOfOtherFactors() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.hooked("regauge: 2\nrules: [{type: ema}]\n")
    let found = complaint { try Plan(recipe) }
    #expect(
      found.contains(
        "rule 'ema' cannot be applied: 'regauge' writes the adapters in other factors, and the "
          + "mean of both is neither"), "\(found)")
  }

  @Test func adaLoRAWithLossesOnly() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.hooked(
      "", adapter: "{type: adalora}", optimizer: "{type: subzero}")
    let found = complaint { try Plan(recipe) }
    #expect(
      found.contains(
        "rule 'adalora' cannot be applied: it needs gradients, and optimizer 'subzero' takes "
          + "losses only"), "\(found)")
  }
}
