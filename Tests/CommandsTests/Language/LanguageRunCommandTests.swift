import Foundation
import TestSupport
import Testing

/// `petl init recipe`, `validate`, `run`, `evaluate`, `sweep`, `compare`, `inspect`, `generate` and `resume` of a
/// language model.
@Suite struct LanguageRunCommandTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.writeLanguageModel("llama", to: "llama")
    let lines = (0..<40).map { number in
      let word = ["cat", "dog", "sun"][number % 3]
      return #"{"prompt": "\#(word).", "completion": " \#(word.prefix(1))"}"#
    }
    try folder.write(lines.joined(separator: "\n") + "\n", to: "q.jsonl")
  }

  private func petl(_ arguments: String...) throws -> Outcome {
    try Program.run(Program.petl(), arguments, in: folder.path)
  }

  @Test func fromStarterToAnswer() throws {
    let written = try petl("init", "recipe", "--weights", "llama", "--data", "q.jsonl")
    #expect(written.code == 0, "\(written.complaints)")
    let recipe = try folder.text("recipe.yaml")
    #expect(recipe.contains("task: language-model") && recipe.contains("val_fraction"))
    let valid = try petl("validate", "recipe.yaml")
    #expect(valid.output.contains("32 training, 4 validation, 4 test texts"), "\(valid.output)")
    let trial = try petl("run", "recipe.yaml", "--smoke")
    #expect(trial.code == 0 && trial.output.contains("it works"), "\(trial)")
    let run = try petl(
      "run", "recipe.yaml", "--output", "run", "--set", "optimizer.learning_rate=2e-2", "--set",
      "text.recompute=true")
    #expect(run.code == 0, "\(run.complaints)")
    #expect(run.output.contains("ppl ") && !run.output.contains("accuracy"), "\(run.output)")
    #expect(run.output.contains("adapter format: peft"))
    #expect(run.complaints.contains("tokens/s"), "\(run.complaints)")

    let figures = try petl("evaluate", "run", "--json").json()
    let perplexity = try #require(figures["perplexity"] as? Double)
    #expect(figures["tokens"] as? Int == 4 * 3)
    let plain = try petl("evaluate", "recipe.yaml", "--json").json()
    #expect(perplexity < (plain["perplexity"] as? Double ?? 0) / 2)
    let page = try folder.text("run/report.html")
    #expect(page.contains("Validation perplexity") && page.contains("val perplexity"))
    #expect(page.contains("4 texts of q val"), "the maps are of texts")
    let look = try petl("inspect", "run")
    #expect(look.code == 0 && look.output.contains("blocks.1.value"), "\(look.complaints)")
    let measured = try petl("inspect", "run", "--images", "3")
    #expect(measured.code != 0 && measured.complaints.contains("tells none apart"))
    let answer = try petl(
      "generate", "--weights", "llama", "--adapter", "run", "--prompt", "dog.", "--raw", "--quiet",
      "--max-tokens", "3")
    #expect(answer.code == 0, "\(answer.complaints)")
    #expect(answer.output.count > 1 && answer.output.count <= 4, "\(answer.output)")
    // A file has no splits: all of it is measured, as the run's own texts were.
    try folder.write(
      try folder.text("q.jsonl").split(separator: "\n").prefix(3).joined(separator: "\n"),
      to: "other.jsonl")
    let other = try petl("evaluate", "run", "--data", "other.jsonl", "--json").json()
    #expect(other["tokens"] as? Int == 3 * 3 && other["perplexity"] is Double)
    try FileManager.default.moveItem(
      atPath: folder.file("q.jsonl"), toPath: folder.file("old.jsonl"))
    let table = try petl("evaluate", "run", "--data", "other.jsonl")
    try FileManager.default.moveItem(
      atPath: folder.file("old.jsonl"), toPath: folder.file("q.jsonl"))
    #expect(table.output.contains("other") && table.output.contains("3 texts"), "\(table.output)")
    for line in [#"{"text": "a", "choices": ["b", "c"]}"#, #"{"question": "a", "answer": "b"}"#] {
      try folder.write(line + "\n", to: "asked.jsonl")
      let asked = try petl("evaluate", "run", "--data", "asked.jsonl")
      #expect(asked.code == 2 && asked.complaints.contains("asked.jsonl"), "\(asked)")
      #expect(!asked.complaints.contains("there is no 'text'"), "\(asked.complaints)")
    }
    let classes = try petl("evaluate", "run", "--per-class")
    #expect(classes.complaints.contains("which has no classes"), "\(classes.complaints)")
    let predicted = try petl("predict", "run")
    #expect(predicted.code != 0, "\(predicted.output)")
  }

  /// As with images (`TrainedWithTests`).
  @Test func weightsAreKeptAsTheAdapterWasTrainedBeside() throws {
    #expect(try petl("init", "recipe", "--weights", "llama", "--data", "q.jsonl").code == 0)
    let run = try petl(
      "run", "recipe.yaml", "--output", "run", "--quiet", "--set", "backbone.precision=int8")
    #expect(run.code == 0, "\(run.complaints)")
    try folder.write(
      try folder.text("q.jsonl").split(separator: "\n").prefix(3).joined(separator: "\n"),
      to: "other.jsonl")
    func loss(_ options: String..., saying words: String) throws -> Double {
      let outcome = try Program.run(
        Program.petl(),
        [
          "evaluate", "--weights", "llama", "--adapter", "run/adapter", "--data", "other.jsonl",
          "--json",
        ]
          + options, in: folder.path)
      #expect(outcome.code == 0, "\(outcome.complaints)")
      #expect(outcome.complaints.contains("frozen weights in \(words)"), "\(outcome.complaints)")
      return try #require(try outcome.json()["loss"] as? Double)
    }
    let trained = try loss(saying: "int8, as the adapter was trained beside")
    let named = try loss("--precision", "int8", saying: "int8, as the adapter was trained beside")
    #expect(trained == named)
    let other = try loss(
      "--precision", "fp32", saying: "fp32, though the adapter was trained beside int8")
    #expect(abs(other - trained) > 1e-7, "\(other) \(trained)")
    let merged = try petl("merge", "run", "--output", "merged")
    #expect(merged.code == 0, "\(merged.complaints)")
    #expect(
      merged.complaints.contains("the adapter was trained beside frozen weights in int8"),
      "\(merged.complaints)")
  }

  /// A folder would be taken for a run that was cut off.
  @Test func nothingIsWrittenOfWhatCannotBeLearned() throws {
    try folder.write(
      """
      task: language-model
      backbone: {weights: llama}
      data: {type: text, path: q.jsonl}
      text: {length: 2}
      adapter: {type: lora, rank: 2}
      epochs: 1
      """, to: "short.yaml")
    let valid = try petl("validate", "short.yaml")
    #expect(valid.code == 2 && valid.complaints.contains("no token to learn"), "\(valid)")
    let run = try petl("run", "short.yaml", "--output", "short")
    #expect(run.code == 2 && run.complaints.contains("no token to learn"), "\(run.complaints)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("short")))
    let labelled = try petl("init", "recipe", "--weights", "llama", "--data", "l.jsonl")
    #expect(labelled.code != 0 && labelled.complaints.contains("l.jsonl"))
    let lines = (0..<20).map { #"{"text": "a\#($0 % 2 == 0 ? "b" : "c")", "label": "\#($0 % 2)"}"# }
    try folder.write(lines.joined(separator: "\n"), to: "l.jsonl")
    let starter = try petl("init", "recipe", "--weights", "llama", "--data", "l.jsonl")
    #expect(starter.code == 0, "\(starter.complaints)")
    #expect(try folder.text("recipe.yaml").contains("task: classification"))
  }

  /// Nothing is measured of a run without other splits, and its table says no figure's name.
  @Test func withoutOtherSplits() throws {
    try folder.write(
      """
      task: language-model
      backbone: {weights: llama, precision: mixed}
      data: {type: text, path: q.jsonl}
      text: {template: chatml}
      adapter: {type: lora, rank: 2}
      epochs: 1
      """, to: "alone.yaml")
    let run = try petl("run", "alone.yaml", "--output", "alone")
    #expect(run.code == 0 && !run.output.contains("accuracy"), "\(run)")
    #expect(run.complaints.contains("'text.template' changes nothing"), "\(run.complaints)")
    let valid = try petl("validate", "alone.yaml")
    #expect(valid.complaints.contains("'text.template' changes nothing"), "\(valid.complaints)")
    let doctor = try petl("doctor")
    let isSlow = doctor.output.contains("this CPU has no instructions for it")
    #expect(valid.complaints.contains("products in bfloat16") == isSlow, "\(valid.complaints)")
  }

  @Test func sweeps() throws {
    try folder.write(
      """
      name: s
      task: language-model
      backbone: {weights: llama}
      data: {type: text, path: q.jsonl, val_fraction: 0.2, test_fraction: 0.2}
      adapter: {type: lora, rank: 2}
      batch_size: 8
      epochs: 1
      sweep: {seeds: [0, 1], grid: {adapter.rank: [1, 2]}}
      """, to: "s.yaml")
    let sweep = try petl("sweep", "s.yaml", "--output", "sweep", "--quiet")
    #expect(sweep.code == 0, "\(sweep.complaints)")
    #expect(sweep.output.contains("test perplexity, mean"), "\(sweep.output)")
    let page = try folder.text("sweep/report.html")
    #expect(page.contains("Perplexity") && page.contains("ppl "))
    let compared = try petl("compare", "sweep", "--metric", "loss")
    #expect(compared.output.contains("test loss, mean"), "\(compared.output)")
    let figures = try petl("compare", "sweep", "--format", "json").json()
    #expect(figures["metric"] as? String == "perplexity")
  }
}
