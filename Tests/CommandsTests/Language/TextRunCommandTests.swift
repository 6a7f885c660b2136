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
    #expect(valid.output.contains("all texts became tokens in"), "\(valid.output)")
    let trial = try petl("run", "t.yaml", "--smoke", "--set", on)
    #expect(trial.code == 0 && trial.output.contains("it works"), "\(trial)")
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

  @Test func byClassAndOnOtherTexts() throws {
    #expect(try petl("run", "t.yaml", "--output", "run", "--set", "epochs=3").code == 0)
    let told = try petl(
      "evaluate", "run", "--per-class", "--confusion", "--json", "--output", "o.csv"
    ).json()
    let confusion = try #require(told["confusion"] as? [[Int]])
    #expect(confusion.map { $0.reduce(0, +) } == [3, 3])
    let classes = try #require(told["classes"] as? [[String: Any]])
    #expect(classes.map { $0["name"] as? String } == ["x", "y"])
    let right = confusion[0][0] + confusion[1][1]
    #expect(abs((told["accuracy"] as? Double ?? 0) - Double(right) / 6) < 1e-12)
    let rows = try folder.text("o.csv").split(separator: "\n")
    #expect(rows.first == "class,examples,correct,accuracy,as x,as y" && rows.count == 3)
    let shown = try petl("evaluate", "run", "--per-class", "--confusion")
    #expect(shown.output.contains("Matthews") && shown.output.contains("true class by row"))

    // The same texts by their path have the same figures; a file has no splits.
    try folder.write(
      try folder.text("all.csv").split(separator: "\n").prefix(7).joined(separator: "\n") + "\n",
      to: "d/test.csv")
    try folder.write(try folder.text("d/test.csv"), to: "part.csv")
    let file = try petl("evaluate", "run", "--data", "part.csv", "--json").json()
    let split = try petl("evaluate", "run", "--data", "d", "--split", "test", "--json").json()
    #expect(file["examples"] as? Int == 6 && file["loss"] as? Double == split["loss"] as? Double)
    for (arguments, words) in [
      (["--data", "part.csv", "--split", "val"], "have no splits"),
      (["--data", "d", "--split", "val"], "have no split val"),
      (["--data", "z.csv"], "z.csv:2:4: error: the class 'z' is none of the run"),
      (["--data", "pairs.csv"], "pairs.csv:2: the run tells single texts apart"),
      (["--generate"], "it goes with --weights"),
      (["--verify"], "--verify goes with networks that tell images apart"),
    ] {
      try folder.write("what,kind\nab,z\n", to: "z.csv")
      try folder.write("what,kind,text_pair\nab,x,cd\n", to: "pairs.csv")
      let outcome = try Program.run(
        Program.petl(), ["evaluate", "run"] + arguments, in: folder.path)
      #expect(outcome.code == 2 && outcome.complaints.contains(words), "\(outcome.complaints)")
    }
    // The texts that it was trained on need not be there any more.
    let here = try petl("predict", "run", "--split", "test", "--output", "own.csv")
    #expect(here.code == 0, "\(here.complaints)")
    try FileManager.default.moveItem(atPath: folder.file("all.csv"), toPath: folder.file("old.csv"))
    let alone = try petl("evaluate", "run", "--data", "part.csv", "--json").json()
    #expect(alone["loss"] as? Double == file["loss"] as? Double)
    #expect(try petl("evaluate", "run").complaints.contains("all.csv"))
    let labelled = try petl("predict", "run", "--data", "part.csv", "--output", "p.csv")
    #expect(labelled.code == 0, "\(labelled.complaints)")
    #expect(labelled.complaints.contains("part.csv: the labels are not looked at"))
    try FileManager.default.moveItem(atPath: folder.file("old.csv"), toPath: folder.file("all.csv"))
    let focal = try petl(
      "evaluate", "run", "--data", "part.csv", "--set", "loss={type: focal}")
    #expect(focal.complaints.contains("the loss is the cross-entropy"), "\(focal)")
    let recipe = try petl("evaluate", "t.yaml", "--data", "part.csv")
    #expect(recipe.code == 2 && recipe.complaints.contains("--data goes with a run"))
    for (command, words) in [
      (["inspect", "run", "--images", "2"], "petl evaluate RUN says the mean"),
      (["canonicalize", "run", "--output", "c"], "petl canonicalize run/adapter"),
      (["merge", "run", "--output", "m.gguf"], "no place for a head of classes"),
    ] {
      let outcome = try Program.run(Program.petl(), command, in: folder.path)
      #expect(outcome.code == 2 && outcome.complaints.contains(words), "\(outcome)")
    }
  }

  /// A starter says what labels look like, and a correlation that is not defined is none.
  @Test func otherLabels() throws {
    let rows = (0..<30).map { "ab,\(Double($0) * 0.5)" }
    try folder.write("text,label\n" + rows.joined(separator: "\n") + "\n", to: "n.csv")
    let starter = try petl("init", "recipe", "--weights", "bert", "--data", "n.csv")
    #expect(starter.code == 0, "\(starter.complaints)")
    #expect(try folder.text("recipe.yaml").contains("text: {labels: number}"))
    let valid = try petl("validate", "recipe.yaml", "--set", "text.labels=classes")
    #expect(valid.code == 2 && valid.complaints.contains("write text: {labels: number}"))
    try folder.write("what,kind\nab,2.5\ncd,2.5\nef,2.5\n", to: "all.csv")
    let run = try petl(
      "run", "t.yaml", "--output", "run", "--quiet", "--set", "text.labels=number", "--set",
      "data.val_fraction=~", "--set", "data.test_fraction=0.6", "--set", "epochs=1")
    #expect(run.code == 0 && run.output.contains("Pearson –"), "\(run)")
    let figures = try petl("evaluate", "run", "--json")
    #expect(figures.output.contains("\"pearson\" : null"), "\(figures.output)")
    let tables = try petl("evaluate", "run", "--per-class")
    #expect(tables.complaints.contains("tells a number of each text"), "\(tables.complaints)")
  }

  /// GLUE's own file for tests, whose columns are not those of the training texts.
  @Test func answersToGLUE() throws {
    let header = "index\tsentence1\tsentence2"
    let train = (0..<8).map {
      "\($0)\tab\t\(["cd", "ef"][$0 % 2])\t\(["", "not_"][$0 % 2])entailment"
    }
    try folder.write(
      ([header + "\tlabel"] + train).joined(separator: "\n") + "\n", to: "rte/train.tsv")
    try folder.write(header + "\n0\tab\tcd\n1\tcd\tef\n", to: "rte/test.tsv")
    let run = try petl(
      "run", "t.yaml", "--output", "run", "--quiet", "--set", "data.path=rte", "--set",
      "text={glue: rte}", "--set", "epochs=1")
    #expect(run.code == 0, "\(run.complaints)")
    let told = try petl("predict", "run", "--data", "rte/test.tsv", "--output", "o.csv")
    #expect(told.code == 0, "\(told.complaints)")
    #expect(try folder.text("o.csv").split(separator: "\n").count == 3)
    let measured = try petl("evaluate", "run", "--data", "rte/train.tsv", "--json").json()
    #expect(measured["examples"] as? Int == 8)
    let refused = try petl("evaluate", "run", "--data", "rte/test.tsv")
    #expect(refused.complaints.contains("the file has no labels"), "\(refused.complaints)")
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
