import Checkpoints
import Foundation
import TestSupport
import Testing

/// `petl validate`, `run`, `evaluate` and `predict` of a recipe that tells texts apart.
@Suite struct TextRunCommandTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.writeLanguageModel("bert", to: "bert", isEncoder: true)
    try folder.writeLanguageModel("deberta", to: "deberta", isEncoder: true)
    let rows = (0..<24).map {
      "\(["ab", "cd"][$0 % 2])\(["e", "fg", "h"][$0 % 3]),\(["x", "y"][$0 % 2])"
    }
    try folder.write("what,kind\n" + rows.joined(separator: "\n") + "\n", to: "all.csv")
    try folder.write(
      """
      name: t
      backbone: {weights: bert}
      data: {type: text, path: all.csv, val_fraction: 0.25, test_fraction: 0.25}
      text: {text: what, label: kind}
      adapter: {type: lora, rank: 2}
      regularizers: [{type: resora, weight: 0.1}]
      optimizer: {learning_rate: 1e-2}
      batch_size: 6
      epochs: 12
      """, to: "t.yaml")
  }

  private func petl(_ arguments: String...) throws -> Outcome {
    try Program.run(Program.petl(), arguments, in: folder.path)
  }

  @Test(arguments: ["bert", "deberta"]) func runsAndAnswers(model: String) throws {
    let on = "backbone.weights=\(model)"
    let valid = try petl("validate", "t.yaml", "--set", on)
    #expect(valid.code == 0, "\(valid.complaints)")
    #expect(valid.output.contains("2 classes of texts"), "\(valid.output)")
    let run = try petl("run", "t.yaml", "--output", "run", "--set", on)
    #expect(run.code == 0, "\(run.complaints)")
    let figures = try petl("evaluate", "run", "--split", "test", "--json").json()
    #expect(figures["examples"] as? Int == 6)
    #expect(figures["accuracy"] as? Double ?? 0 > 0.8)
    let texts = try #require(figures["texts"] as? [String: Any])
    #expect(texts["f1"] as? Double ?? 0 > 0.8 && texts["matthews"] is Double)
    let table = try petl("evaluate", "run")
    #expect(table.output.contains("Matthews"), "\(table.output)")

    try folder.write("abe\ncdfg\n\n", to: "new.txt")
    let written = try petl("predict", "run", "--data", "new.txt", "--output", "o.safetensors")
    #expect(written.code == 0, "\(written.complaints)")
    let file = try SafetensorsFile(path: folder.file("o.safetensors"))
    #expect(file.entry("logits")?.shape == [3, 2] && file.entry("features")?.shape == [3, 24])
    #expect(file.metadata["classes"] == "[\"x\",\"y\"]")
    let logits = try file.floats("logits")
    #expect(logits[0] > logits[1] && logits[2] < logits[3])
    // Other columns are passed over, and the same texts have the same answers.
    try folder.write("what,other\nabe,1\n", to: "new.csv")
    #expect(try petl("predict", "run", "--data", "new.csv", "--output", "p.safetensors").code == 0)
    let again = try SafetensorsFile(path: folder.file("p.safetensors")).floats("logits")
    #expect(distance(again, Array(logits[0..<2])) < 1e-5)
    #expect(try petl("predict", "run", "--output", "own.csv").code == 0)
    let lines = try folder.text("own.csv").split(separator: "\n")
    #expect(lines.count == 7 && lines[0].hasPrefix("index,label,class1"), "\(lines)")
    let shown = try petl("predict", "run")
    #expect(shown.output.contains("text") && shown.output.contains("top 1"), "\(shown.output)")
    // Merged the network answers as before, and a recipe can be made for it.
    let merged = try petl("merge", "run", "--output", "merged")
    #expect(merged.code == 0, "\(merged.complaints)")
    let seen = try petl("inspect", "merged")
    #expect(seen.output.contains("2 classes"), "\(seen.output)")
    try folder.write(folder.text("all.csv").replacing("what,kind", with: "text,label"), to: "t.csv")
    let made = try petl(
      "init", "recipe", "--weights", "merged", "--data", "t.csv", "--output", "made.yaml")
    #expect(made.code == 0, "\(made.complaints)")
    #expect(try folder.text("made.yaml").contains("task: classification"))
  }

  @Test func refusals() throws {
    let run = try petl("run", "t.yaml", "--output", "run", "--set", "epochs=1")
    #expect(run.code == 0, "\(run.complaints)")
    for (arguments, words) in [
      (["--pooling", "mean"], "a run has its own"),
      (["--weights", "bert", "--data", "all.csv"], "texts are named by --data"),
      (["picture.png"], "picture.png: texts are named by --data"),
      (["--data", "all.json"], "does not say what kind of file"),
      (["--length", "5"], "--length goes with the weights"),
    ] {
      let outcome = try Program.run(
        Program.petl(), ["predict", "run"] + arguments, in: folder.path)
      #expect(outcome.code != 0 && outcome.complaints.contains(words), "\(outcome.complaints)")
    }
    try folder.write("what,text_pair\nab,cd\n", to: "pairs.csv")
    let pairs = try petl("predict", "run", "--data", "pairs.csv")
    #expect(pairs.code != 0 && pairs.complaints.contains("has a second one"), "\(pairs.complaints)")
    let tables = try petl("evaluate", "run", "--per-class")
    #expect(tables.complaints.contains("no tables of classes yet: --per-class"))
    let merged = try petl("merge", "run", "--output", "merged")
    #expect(merged.code == 0, "\(merged.complaints)")
    #expect(try folder.text("merged/config.json").contains("\"y\": 1"))
    let pooled = try petl(
      "run", "t.yaml", "--output", "pooled", "--set", "epochs=1", "--set", "text.pooling=mean")
    #expect(pooled.code == 0, "\(pooled.complaints)")
    let converted = try petl("convert", "pooled", "--to", "petl", "--output", "own")
    #expect(converted.code == 0, "\(converted.complaints)")
    #expect(converted.complaints.contains("head.safetensors"), "\(converted.complaints)")
    try folder.write("what,kind\na,z\nb,x\n", to: "other.csv")
    let other = try petl(
      "evaluate", "run", "--split", "train", "--set", "data.path=other.csv", "--set",
      "data.val_fraction=~", "--set", "data.test_fraction=~")
    #expect(other.complaints.contains("are not those of the run"), "\(other.complaints)")
  }
}
