import Foundation
import TestSupport
import Testing

@Suite struct RunTests {
  /// A run, and the evaluation of its folder, for a script.
  @Test func runAndEvaluate() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let run = try bench.petl(["run", "r.yaml", "--json", "--output", "out"])
    #expect(run.code == 0, "\(run.complaints)")
    let summary = try run.json()
    #expect(summary["name"] as? String == "tiny")
    #expect(summary["folder"] as? String == "out")
    #expect(summary["adapterFormat"] as? String == "peft")
    let stage = try #require((summary["stages"] as? [[String: Any]])?.first)
    let test = try #require(stage["test"] as? [String: Any])
    #expect(run.complaints.contains("tiny: lora at 4 sites"))
    #expect(run.complaints.contains("train 2/2"))
    let evaluation = try bench.petl(["evaluate", "out", "--json"])
    #expect(evaluation.code == 0)
    #expect(evaluation.complaints.isEmpty)
    let figures = try evaluation.json()
    #expect(figures["examples"] as? Int == 12)
    #expect(figures["accuracy"] as? Double == test["accuracy"] as? Double)
    #expect(figures["loss"] as? Double == test["loss"] as? Double)
    let files = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/out")
    let expected = [
      "adapter", "checkpoint", "metrics.jsonl", "mistakes.json", "recipe.yaml", "report.html",
      "run.json", "summary.json",
    ]
    #expect(files.sorted() == expected)
    let card = try bench.text("out/adapter/README.md")
    for words in [
      "# base_model: fill in", "- base model: `tiny.safetensors`", "library_name: peft",
      "license: unknown # fill in",
      "tags: [lora, petlkit]", "- task: classification", "the last epoch counts; no split chose it",
      "| train | no | 2 of 2 |", "## Recipe", "  rank: 2", "PeftModel.from_pretrained",
    ] {
      #expect(card.contains(words), "\(words)\n\(card)")
    }
    let val = try bench.petl(["evaluate", "out", "--split", "val"])
    #expect(val.code == 0)
    #expect(val.output.hasPrefix("data val: accuracy "))
    let again = try bench.petl(["run", "r.yaml", "--output", "out"])
    #expect(again.code == 2)
    #expect(again.complaints.contains("out: the folder is not empty"))
  }

  /// All of a recipe in little: two steps a stage, whatever its length, and nothing is left.
  @Test(arguments: [
    "adapter={type: lora, rank: 2}", "adapter={type: adalora, tinit: 25, tfinal: 50, delta_t: 5}",
  ]) func smoke(_ adapter: String) throws {
    let bench = try Bench()
    try bench.writeExperiment(
      """
      regularizers: [{type: resora}]
      control: true
      stages: [{name: base, epochs: 10000, regularize: false}, {name: refine, epochs: 10000}]

      """)
    let before = try FileManager.default.contentsOfDirectory(atPath: bench.folder)
    let outcome = try bench.petl(["run", "r.yaml", "--smoke", "--set", adapter])
    #expect(outcome.code == 0, "\(outcome)")
    #expect(
      outcome.output.contains(
        "it works: at most 2 steps of base, refine, control-refine, some of validation and test,"),
      "\(outcome)")
    #expect(outcome.complaints.contains("refine 1/10000"), "\(outcome)")
    let after = try FileManager.default.contentsOfDirectory(atPath: bench.folder)
    #expect(before.sorted() == after.sorted())
    let json = try bench.petl(["run", "r.yaml", "--smoke", "--json", "--set", adapter]).json()
    #expect(json["passed"] as? Bool == true && (json["stages"] as? [String])?.count == 3)
    let kept = try bench.petl(["run", "r.yaml", "--smoke", "--output", "out"])
    #expect(kept.code == 2 && kept.complaints.contains("goes without --output"), "\(kept)")
    let wrong = try bench.petl(
      [
        "run", "r.yaml", "--smoke", "--set", "optimizer={type: sgd, learning_rate: 1e3}", "--set",
        "regularizers.0.weight=1e30",
      ])
    #expect(wrong.code == 1 && wrong.complaints.contains("training diverged"), "\(wrong)")
  }

  /// A warm-up that is longer than a stage is shortened, and it is said.
  @Test func warmupOfAShortStage() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 2\nschedule: {warmup_epochs: 3}\n")
    for arguments in [["validate", "r.yaml"], ["run", "r.yaml", "--output", "out"]] {
      let outcome = try bench.petl(arguments)
      #expect(outcome.code == 0, "\(outcome)")
      let words =
        "warning: a warm-up of 3 leaves nothing of stage 'train', which has 2 epochs"
      #expect(outcome.complaints.contains(words), "\(outcome)")
    }
    let summary = try bench.text("out/summary.json")
    #expect(summary.contains("shortened to 1"), "\(summary)")
  }

  /// Stages that were trained before, and what the weights and the data held.
  @Test func reuse() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    for output in ["a", "b"] {
      let run = try bench.petl(["run", "r.yaml", "--output", output, "--reuse", "store"])
      #expect(run.code == 0, "\(run.complaints)")
      let note = "stage 'train' was trained by an earlier run"
      #expect(run.complaints.contains(note) == (output == "b"))
    }
    let text = try bench.text("b/recipe.yaml")
    let lines = text.split(separator: "\n").filter { $0.contains("_sha256: ") }
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.split(separator: " ").last?.count == 64 })
    let refused = try bench.petl(["run", "r.yaml", "--output", "c", "--reuse", "/proc/none"])
    #expect(refused.code == 2)
    #expect(refused.complaints.contains("choose another --reuse"))
  }

  @Test func foldersOfTheirOwn() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let first = try bench.petl(["run", "r.yaml"])
    let second = try bench.petl(["run", "r.yaml", "--set", "seed=1"])
    #expect(first.code == 0)
    #expect(second.code == 0)
    #expect(first.output.contains("Everything is in runs/tiny (adapter format: peft)"))
    #expect(second.output.contains("Everything is in runs/tiny-2 (adapter format: peft)"))
    let runs = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/runs")
    #expect(runs.sorted() == ["tiny", "tiny-2"])
    let recipe = try String(
      contentsOfFile: bench.folder + "/runs/tiny-2/recipe.yaml", encoding: .utf8)
    #expect(recipe.contains("# overrides: seed=1\n"))
    #expect(recipe.contains("\nseed: 1\n"))
  }

  /// Runs that start at once do not share a folder.
  @Test func foldersAtOnce() async throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let place = bench.folder
    let outputs = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<4 {
        group.addTask { try Bench.petl(["run", "r.yaml", "--quiet"], in: place).output }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let folders = (1...4).map { $0 == 1 ? "runs/tiny " : "runs/tiny-\($0) " }
    for folder in folders {
      let count = outputs.count { $0.contains("Everything is in \(folder)") }
      #expect(count == 1, "\(folder): \(outputs)")
    }
  }

  /// The regularizer that the program comes with, and its control.
  @Test func regularized() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\nregularizers: [{type: resora}]\ncontrol: true\n")
    let outcome = try bench.petl(["run", "r.yaml"])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(outcome.complaints.contains("% of the gradient"))
    #expect(outcome.complaints.contains("control-train 1/1"))
    #expect(outcome.output.contains("control-train"))
  }

  /// Nothing but the result.
  @Test func quiet() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let outcome = try bench.petl(["run", "r.yaml", "--quiet"])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(outcome.complaints.isEmpty, "\(outcome.complaints)")
    #expect(outcome.output.contains("stage"))
    #expect(outcome.output.contains("train"))
  }

  /// Work that fails though the recipe is right: 1, and a sentence.
  @Test func divergence() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 50\nadapter: {type: lora, rank: 2, scale: 1e6}\n")
    // YAML has a key once only; the recipe's own adapter goes.
    let path = bench.folder + "/r.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try bench.write(text.replacing("adapter: {type: lora, rank: 2}\n", with: ""), to: "r.yaml")
    let changes = ["optimizer.learning_rate=1e3", "optimizer.weight_decay=1e3"]
    let outcome = try bench.petl(
      ["run", "r.yaml", "--output", "out"] + changes.flatMap { ["--set", $0] })
    #expect(outcome.code == 1, "\(outcome)")
    #expect(outcome.output.isEmpty)
    let words = "error: training diverged in stage 'train', epoch "
    #expect(outcome.complaints.contains(words), "\(outcome.complaints)")
    let evaluation = try bench.petl(["evaluate", "out"])
    #expect(evaluation.code == 2)
    #expect(evaluation.complaints.contains("out: the run did not finish stage 'train'"))
  }

  @Test func folderThatCannotBe() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    for output in ["/proc/petl", "r.yaml/x", ""] {
      let outcome = try bench.petl(["run", "r.yaml", "--output", output])
      #expect(outcome.code == 2, "\(output): \(outcome)")
      #expect(outcome.output.isEmpty, "\(output): \(outcome)")
    }
  }

  @Test func recipeWithoutItsHead() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let outcome = try bench.petl(["evaluate", "r.yaml"])
    #expect(outcome.code == 2)
    #expect(outcome.complaints.contains("tiny.safetensors has no head"))
  }

  @Test func pretraining() throws {
    let bench = try Bench()
    let recipe = """
      name: little
      model: {image_size: 16, patch_size: 8, width: 16, depth: 1, heads: 2, mlp_width: 16}
      data: {scenes_per_epoch: 8, validation_scenes: 8}
      batch_size: 8
      epochs: 2
      """
    try bench.write(recipe, to: "p.yaml")
    let outcome = try bench.petl(["pretrain", "p.yaml", "--json"])
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.complaints.isEmpty, "\(outcome)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasPrefix("{") })
    #expect(lines.allSatisfy { $0.hasSuffix("}") })
    #expect(FileManager.default.fileExists(atPath: bench.folder + "/little.safetensors"))
    let quiet = try bench.petl(["pretrain", "p.yaml", "--quiet", "--output", "x.safetensors"])
    #expect(quiet.code == 0)
    #expect(quiet.output == "written to x.safetensors\n")
    #expect(quiet.complaints.isEmpty)
    for output in ["none/x.safetensors", "."] {
      let refused = try bench.petl(["pretrain", "p.yaml", "--output", output])
      #expect(refused.code == 2, "\(refused)")
      #expect(refused.output.isEmpty, "\(refused)")
    }
  }
}
