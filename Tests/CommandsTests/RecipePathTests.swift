import Foundation
import TestSupport
import Testing

/// The relative paths of a recipe: the working folder's, else the recipe's own folder's, else PETL_DATA's.
@Suite struct RecipePathTests {
  /// A recipe in a folder with what it names beside it.
  private func bench() throws -> Bench {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    _ = try bench.shell("mkdir -p work/data && mv tiny.safetensors data.safetensors r.yaml work")
    return bench
  }

  @Test func ownFolder() throws {
    let bench = try bench()
    let valid = try bench.petl(["validate", "work/r.yaml"])
    #expect(valid.code == 0)
    #expect(
      valid.complaints.contains(
        "'backbone.weights': 'tiny.safetensors' is in the recipe's folder, work/tiny.safetensors"))
    #expect(valid.complaints.contains("'data.path': 'data.safetensors' is in the recipe's folder"))
    // What the run leaves says where they are, so that it is read from the same folder.
    #expect(try bench.petl(["run", "work/r.yaml", "--output", "out"]).code == 0)
    let stored = try bench.text("out/recipe.yaml")
    #expect(stored.contains("weights: work/tiny.safetensors"), "\(stored)")
    #expect(stored.contains("path: work/data.safetensors"), "\(stored)")
    #expect(try bench.petl(["evaluate", "out"]).code == 0)
    // Each run of a sweep, too.
    let sweep = ["sweep", "work/r.yaml", "--set", "seed=0,1", "--output", "swept", "--jobs", "1"]
    let swept = try bench.petl(sweep)
    #expect(swept.code == 0, "\(swept.complaints)")
    #expect(swept.complaints.contains("is in the recipe's folder"))
  }

  /// Both are there: the working folder's counts, which is said.
  @Test func twoOfThem() throws {
    let bench = try bench()
    _ = try bench.shell(
      "cp work/tiny.safetensors . && ln -s work/data.safetensors data.safetensors")
    let valid = try bench.petl(["validate", "work/r.yaml"])
    #expect(valid.code == 0)
    #expect(
      valid.complaints.contains(
        "'tiny.safetensors' is that of the working folder; there is another in the recipe's folder")
    )
    #expect(!valid.complaints.contains("data.path"), "the same file by a link")
  }

  @Test func variable() throws {
    let bench = try bench()
    _ = try bench.shell(
      "sed -i 's,path: data,path: data/sets/data,' work/r.yaml; mkdir -p d/sets; mv work/data.safetensors d/sets"
    )
    let missing = try bench.shell("unset PETL_DATA; petl validate work/r.yaml")
    #expect(missing.code == 2)
    #expect(
      missing.complaints.contains("work/r.yaml:3:33: error: cannot open data/sets/data.safetensors")
    )
    #expect(missing.complaints.contains("looked for in "))
    #expect(
      missing.complaints.contains("as 'work/data/sets/data.safetensors' (the recipe's folder)")
    )
    #expect(missing.complaints.contains("PETL_DATA may name a folder that stands for 'data/'"))
    let found = try bench.shell("PETL_DATA=$PWD/d petl validate work/r.yaml")
    #expect(found.code == 0, "\(found.complaints)")
    #expect(found.complaints.contains("'data/sets/data.safetensors' is in PETL_DATA, "))
    // Of --set there is no folder of a recipe.
    let set = try bench.petl(["validate", "work/r.yaml", "--set", "data.path=r.yaml"])
    #expect(set.complaints.contains("cannot open r.yaml"), "\(set.complaints)")
  }

  @Test func nearest() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let outcome = try bench.petl([
      "validate", "r.yaml", "--set", "backbone.weights=tinny.safetensors", "--set",
      "data.path=date.safetensors",
    ])
    #expect(
      outcome.complaints.contains("did you mean 'tiny.safetensors'?"), "\(outcome.complaints)")
    #expect(outcome.complaints.contains("did you mean 'data.safetensors'?"))
  }

  /// The adapters that a regularizer compares with are paths like the others.
  @Test func references() throws {
    let bench = try bench()
    #expect(try bench.petl(["run", "work/r.yaml", "--output", "work/first"]).code == 0)
    try bench.write(
      try bench.text("work/r.yaml") + "regularizers: [{type: o-lora, reference: [first]}]\n",
      to: "work/second.yaml")
    let second = try bench.petl(["run", "work/second.yaml", "--output", "second"])
    #expect(second.code == 0, "\(second.complaints)")
    #expect(second.complaints.contains("'first' is in the recipe's folder, work/first"))
    #expect(try bench.text("second/recipe.yaml").contains("work/first"))
  }
}
