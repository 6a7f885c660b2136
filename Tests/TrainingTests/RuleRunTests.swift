import LoRA
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

@Suite("Runs with other rules than AdamW") struct RuleRunTests {
  @Test(
    "Recipes train with them", arguments: ["riemannion", "odelora", "subzero", "sgd", "careful"])
  func training(_ rule: String) throws {
    let laboratory = try Laboratory()
    let options =
      switch rule {
      case "riemannion": "learning_rate: 0.02"
      case "odelora": "learning_rate: 0.3, start_scale: 0.1"
      case "subzero": "learning_rate: 1e-4, subspace_rank: 4, refresh: 10"
      default: "learning_rate: 0.02"
      }
    let recipe = try laboratory.recipe(
      "epochs: 12\nregularizers: [{type: crowding, weight: 0.01}]\n",
      ["optimizer={type: \(rule), \(options)}"])
    let trial = try laboratory.run(recipe)
    let records = try trial.records()
    let (first, last) = (try #require(records.first), try #require(records.last))
    #expect(last.taskLoss < first.taskLoss, "\(first.taskLoss) \(last.taskLoss)")
    #expect(trial.summary.notes.words.filter { $0.contains("changed nothing") } == [])
    #expect(first.gradientNorm > 0)
    // Losses alone have no gradient whose share could be measured.
    let isMeasured = first.regularizers["crowding"]?.gradientShare != nil
    #expect(isMeasured == (rule != "subzero"))
    let again = try laboratory.run(recipe, in: "again")
    #expect(try again.checkpoint() == trial.checkpoint())
  }

  @Test func whatTheyCannotMoveIsRefused() throws {
    let laboratory = try Laboratory()
    for (adapter, rule, words) in [
      ("{type: shift}", "riemannion", "adapter 'shift' has no factors A and B of its own"),
      ("{type: squashed}", "odelora", "adapter 'squashed' has no factors A and B of its own"),
      ("", "odelora", "there is no adapter"),
    ] {
      let recipe = try laboratory.recipe("", adapter: adapter, ["optimizer={type: \(rule)}"])
      let found = complaint { try Plan(recipe) }
      #expect(found.contains("optimizer '\(rule)' cannot be applied: \(words)"), "\(found)")
    }
    let found = complaint {
      try laboratory.recipe("", ["optimizer={type: subzero, gradient_clip: 1, damping: 1}"])
    }
    #expect(found.contains("'gradient_clip' means nothing with type: subzero"))
    #expect(found.contains("'damping' means nothing with type: subzero"))
  }
}
