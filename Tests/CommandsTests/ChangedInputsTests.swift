import Foundation
import TestSupport
import Testing

/// What a run was trained with is not silently taken for something else afterwards, nor written over.
@Suite struct ChangedInputsTests {
  private func trained(_ more: String = "epochs: 1\n") throws -> Bench {
    let bench = try Bench()
    try bench.writeExperiment(more)
    #expect(try bench.petl(["run", "r.yaml", "--output", "out"]).code == 0)
    return bench
  }

  /// Weights and data that changed since are said, by every command that goes on with a run.
  @Test func others() throws {
    let bench = try trained()
    let commands = [
      ["evaluate", "out"], ["predict", "out"], ["inspect", "out"], ["report", "out"],
      ["canonicalize", "out", "--output", "canon"],
    ]
    for command in commands {
      #expect(!(try bench.petl(command).complaints.contains("trained with")), "\(command)")
    }
    _ = try bench.shell("rm -r canon; printf x >> tiny.safetensors")
    // One number is another: the last of the file's tensors.
    try bench.writeExperiment("epochs: 1\n")
    var bytes = try Data(contentsOf: URL(filePath: bench.folder + "/tiny.safetensors"))
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: URL(filePath: bench.folder + "/tiny.safetensors"))
    for command in commands {
      let said = try bench.petl(command).complaints
      #expect(
        said.contains("the weights, tiny.safetensors, are not what the run was trained with"),
        "\(command): \(said)")
    }
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: URL(filePath: bench.folder + "/tiny.safetensors"))
    #expect(!(try bench.petl(["evaluate", "out"]).complaints.contains("trained with")))
    var data = try Data(contentsOf: URL(filePath: bench.folder + "/data.safetensors"))
    data[data.count - 1] ^= 1
    try data.write(to: URL(filePath: bench.folder + "/data.safetensors"))
    let said = try bench.petl(["evaluate", "out"]).complaints
    #expect(
      said.contains("the data, data.safetensors, are not what the run was trained with"), "\(said)")
  }

  /// A run is used from any folder: its paths are from where it was started, not from where the command is.
  @Test func otherFolder() throws {
    let bench = try trained()
    let here = try bench.petl(["evaluate", "out"])
    _ = try bench.shell("mkdir -p else/deep; cp data.safetensors else/deep/tiny.safetensors")
    for line in [
      "evaluate ../../out", "predict ../../out", "inspect ../../out", "report ../../out",
    ] {
      let there = try bench.shell("cd else/deep && petl \(line)")
      #expect(there.code == 0, "\(line): \(there.complaints)")
      #expect(!there.complaints.contains("no maps and spectra"), "\(there.complaints)")
    }
    let there = try bench.shell("cd else/deep && petl evaluate ../../out")
    #expect(there.output == here.output, "\(there)")
    #expect(
      there.complaints.contains(
        "'tiny.safetensors' is that of the folder where the run was started"), "\(there.complaints)"
    )
    #expect(
      there.complaints.contains("'data.safetensors' is in the folder where the run was started"))
  }

  /// Merging takes the weights that the run was started with, too.
  @Test func mergedElsewhere() throws {
    let bench = try trained()
    _ = try bench.shell("mkdir else")
    let merged = try bench.shell("cd else && petl merge ../out --head keep --output m.safetensors")
    #expect(merged.code == 0, "\(merged)")
  }

  /// In a copy of a project its own files count, not those of where it was copied from.
  @Test func copiedProject() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    _ = try bench.shell(
      "mkdir p && mv tiny.safetensors data.safetensors r.yaml p && cd p && petl run r.yaml --quiet --output out"
    )
    _ = try bench.shell("cp -r p q && printf x >> p/data.safetensors")
    let there = try bench.shell("cd q && petl evaluate out")
    #expect(there.code == 0, "\(there)")
    #expect(!there.complaints.contains("trained with"), "\(there)")
    #expect(there.complaints.contains("is that of the working folder"), "\(there)")
  }

  /// Where data lie now is kept from the root, as the run's other paths are from elsewhere.
  @Test func resumedElsewhere() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 2\n")
    _ = try bench.shell(
      "mkdir else; petl run r.yaml --quiet --output out; rm out/summary.json; mv data.safetensors d2.safetensors"
    )
    let resumed = try bench.shell(
      "cd else && petl resume ../out --quiet --set data.path=../d2.safetensors")
    #expect(resumed.code == 0, "\(resumed)")
    #expect(try bench.petl(["evaluate", "out"]).code == 0)
    #expect(try bench.text("out/recipe.yaml").contains("else/../d2.safetensors"))
  }

  /// A report that can show less than before says so.
  @Test func poorerReport() throws {
    let bench = try trained()
    _ = try bench.shell("mv tiny.safetensors gone.safetensors")
    let outcome = try bench.petl(["report", "out"])
    #expect(outcome.code == 0)
    #expect(
      outcome.complaints.contains("warning: no maps and spectra: cannot open tiny.safetensors"))
  }

  /// Tables, reports and answers take the place of their like alone.
  @Test(arguments: [
    ["predict", "out", "--output", "tiny.safetensors"],
    ["predict", "out", "--output", "data.safetensors"],
    ["evaluate", "out", "--output", "r.yaml"], ["report", "out", "--output", "tiny.safetensors"],
    ["compare", "out", "--output", "out/summary.json"],
    ["predict", "out", "--output", "out/run.json"],
    ["compare", "out", "--output", "data.safetensors"], ["report", "out", "--output", "a.gif"],
    ["report", "out", "--output", "code.swift"], ["compare", "out", "--output", "a.png"],
    [
      "predict", "--weights", "headed.safetensors", "--data", "data.safetensors", "--output",
      "headed.safetensors",
    ],
  ])
  func writtenOver(_ command: [String]) throws {
    let bench = try trained()
    try bench.writeHead()
    try bench.write("let a = 1\n", to: "code.swift")
    _ = try bench.shell("printf '\\x89PNG\\r\\n' > a.png; printf GIF89a > a.gif")
    let path = "\(bench.folder)/\(command[command.count - 1])"
    let before = try Data(contentsOf: URL(filePath: path))
    let outcome = try bench.petl(command)
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.complaints.contains("would be lost"), "\(outcome)")
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  /// Nor what any run of a folder reads, whatever it is called.
  @Test func readByOneOfSeveral() throws {
    let bench = try trained()
    _ = try bench.shell(
      "mkdir runs && mv out runs && sed -i 's/path: data.safetensors/path: list.csv/' runs/out/recipe.yaml"
    )
    try bench.write("a,b\n", to: "list.csv")
    for command in [["compare", "runs"], ["compare", "runs/out"]] {
      let outcome = try bench.petl(command + ["--output", "list.csv"])
      #expect(outcome.code == 2, "\(outcome)")
      #expect(outcome.complaints.contains("list.csv: this is what is read"), "\(outcome)")
    }
    #expect(try bench.text("list.csv") == "a,b\n")
  }

  /// What petl wrote itself is written anew.
  @Test func writtenAnew() throws {
    let bench = try trained()
    for command in [
      ["predict", "out", "--output", "a.safetensors"], ["predict", "out", "--output", "a.csv"],
      ["evaluate", "out", "--output", "t.csv"], ["report", "out", "--output", "p.html"],
    ] {
      for _ in 0..<2 { #expect(try bench.petl(command).code == 0, "\(command)") }
    }
  }
}
