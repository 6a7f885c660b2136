import Foundation
import TestSupport
import Testing

/// What is given and would change nothing, or be taken for something else, is said or refused.
@Suite struct SilentChoiceTests {
  @Test(arguments: [
    (["evaluate", "out", "--output", "x.json"], "the table of classes is written as CSV"),
    (["inspect", "out", "--split", "val"], "--split goes with --images or --data"),
    (
      ["canonicalize", "out", "--output", "new", "--images", "5"],
      "--images goes with --balance data"
    ),
    (["canonicalize", "out", "--output", "out"], "choose another --output"),
    (
      ["describe", "recipe", "--schema", "--markdown"],
      "--schema and --markdown are different forms"
    ),
    (["describe", "recipe", "--schema", "--json"], "the schema is JSON by itself"),
    (["generate", "--weights", "w", "--prompt", "a", "--prompts", "b"], "were both given"),
    (
      ["generate", "--weights", "w", "--prompt", "a", "--seed", "1"],
      "--seed is of random numbers, and there are none: give a --temperature above 0."
    ),
    (
      ["validate", "r.yaml", "--set", "stages.0.epochs=2"],
      "without stages the length is --set epochs=…"
    ),
    (
      ["validate", "r.yaml", "--set", "regularizers.0.weight=1"],
      "write the list: --set regularizers=[…]"
    ),
    (
      ["validate", "r.yaml", "--set", "epochs="],
      "expected --set epochs=VALUE; where there may be none, it is null"
    ),
    (
      ["validate", "r.yaml", "--set", "adapter.sites=query,value"],
      "a list is written [query,value]"
    ),
    (
      ["run", "p.yaml"], "this recipe describes a network, which petl pretrain trains from nothing"
    ),
    (["pretrain", "r.yaml"], "this recipe names weights, on which petl run trains an adapter"),
    (["resume", "canon"], "made by petl canonicalize (svd), not by training"),
    (["report", "canon"], "it has no figures of its own: petl evaluate measures it"),
    (["compare", "canon"], "made by petl canonicalize (svd)"),
    (["validate", "bad.yaml"], "were not looked at yet"),
  ])
  func said(_ command: [String], _ words: String) throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    try bench.write("name: p\nmodel: {width: 16}\n", to: "p.yaml")
    try bench.write(try bench.text("r.yaml") + "bach_size: 3\n", to: "bad.yaml")
    #expect(try bench.petl(["run", "r.yaml", "--output", "out", "--quiet"]).code == 0)
    if command.contains("canon") {
      #expect(try bench.petl(["canonicalize", "out", "--output", "canon"]).code == 0)
    }
    let outcome = try bench.petl(command)
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.complaints.contains(words), "\(outcome.complaints)")
  }

  /// The user's heads count, and a file that says others is not passed over.
  @Test func heads() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let own = try bench.petl(["inspect", "tiny.safetensors"]).output
    let other = own.contains("heads          4") ? 2 : 4
    let said = try bench.petl(["validate", "r.yaml", "--set", "backbone.heads=\(other)"])
    #expect(said.complaints.contains("are taken as you say"), "\(own) \(said)")
  }

  /// A set inside petl and a folder of the same name are told apart.
  @Test func embeddedName() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    try bench.writeHead()
    _ = try bench.shell("cp data.safetensors digits")
    let found = try bench.petl(["evaluate", "--weights", "headed.safetensors", "--data", "digits"])
    #expect(found.complaints.contains("'digits' is what lies here under that name"), "\(found)")
  }

  /// A program of another name has it in its hints, and leaves what the user wrote alone.
  @Test func programName() throws {
    let bench = try Bench()
    try bench.write("name: x\n# petl run\nbach: petl run\n", to: "petl run x.yaml")
    let found = try bench.shell(
      "cp -l $(which petl) ./mypetl || cp $(which petl) ./mypetl; ./mypetl validate 'petl run x.yaml'; ./mypetl validate 'petl run y'"
    )
    #expect(found.complaints.contains(" 3 | bach: petl run"), "\(found.complaints)")
    #expect(found.complaints.contains("there is no file 'petl run y'"), "\(found.complaints)")
  }

  /// What halving kept, and of how many.
  @Test func halving() throws {
    let bench = try Bench()
    try bench.writeExperiment(
      "epochs: 4\nthreads: 1\nsweep: {grid: {optimizer.learning_rate: [1e-9, 0.1]}}\n")
    let found = try bench.petl(
      ["sweep", "r.yaml", "--output", "out", "--select", "best-val", "--halving", "2", "--quiet"])
    #expect(found.code == 0, "\(found)")
    #expect(found.complaints.contains("kept of 2 settings"), "\(found.complaints)")
    #expect(found.complaints.contains("optimizer.learning_rate="), "\(found.complaints)")
  }
}
