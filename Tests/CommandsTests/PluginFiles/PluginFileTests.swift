import Foundation
import TestSupport
import Testing

/// Files of Swift that `--plugin` names.
@Suite struct PluginFileTests {
  @Test func isKnownToEveryCommand() throws {
    let bench = try PluginBench()
    try bench.writePenalty()
    let described = try bench.petl(["describe", "mine", "--plugin", "Mine.swift"])
    #expect(described.code == 0, "\(described)")
    #expect(described.complaints.isEmpty, "\(described)")
    #expect(described.output.hasPrefix("mine (regularizer)\n  ours\n  test\n"), "\(described)")
    let listed = try bench.petl(["list", "--plugin", "Mine.swift", "--json"])
    #expect(listed.output.contains("\"name\" : \"mine\""), "\(listed)")
    let penalty = ["--set", "regularizers=[{type: mine, power: 9}]"]
    let valid = try bench.petl(["validate", "r.yaml", "--plugin", "Mine.swift"] + penalty)
    #expect(valid.complaints.contains("'regularizers.0.power' must be"), "\(valid)")
    let unknown = try bench.petl(["validate", "r.yaml"] + penalty)
    #expect(unknown.complaints.contains("there is no regularizer 'mine'"), "\(unknown)")
  }

  /// Several types, nested ones, extensions that make a plugin, helpers, and types with parameters.
  @Test func findsTheTypesOfAFolder() throws {
    let bench = try PluginBench()
    try bench.writePenalty("more/A.swift", type: "First", name: "first")
    let nested = PluginBench.penalty(type: "Second", name: "second").replacing(
      "import PETL", with: "")
    let later = PluginBench.penalty(type: "Third", name: "third")
      .replacing("struct Third: RedundancyRegularizer", with: "struct Third")
    try bench.bench.write(
      """
      import PETL
      enum Outer {
      \(nested)
      }
      private struct Helper { var x = 1 }
      struct Pair<A, B> { var a: A; var b: B }
      struct Generic<T>: Sendable { enum Case { case one(Int), two } }
      class Base { class Inner {} }
      final class Derived: Base {}

      """, to: "more/B.swift")
    try bench.bench.write(later + "extension Third: RedundancyRegularizer {}\n", to: "more/C.swift")
    try bench.bench.write("not Swift", to: "more/notes.txt")
    let listed = try bench.petl(["list", "--plugin", "more", "--json"])
    #expect(listed.code == 0, "\(listed)")
    for name in ["first", "second", "third"] {
      #expect(listed.output.contains("\"name\" : \"\(name)\""), "\(name)")
    }
  }

  /// What the compiler says stands as it says it, and nothing beside it.
  @Test func showsTheCompilersErrors() throws {
    let bench = try PluginBench()
    let wrong = PluginBench.penalty().replacing("exponent: power)", with: "exponent: \"x\")")
    try bench.bench.write(wrong, to: "Mine.swift")
    let outcome = try bench.petl(["list", "--plugin", "Mine.swift"])
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.output.isEmpty, "\(outcome)")
    let first = "Mine.swift:14:79: error: cannot convert value of type 'String'"
    #expect(outcome.complaints.hasPrefix(first), "\(outcome.complaints)")
    try bench.bench.write("import PETLL\n", to: "Mine.swift")
    let lost = try bench.petl(["list", "--plugin", "Mine.swift"])
    #expect(lost.complaints.hasPrefix("Mine.swift:1:8: error: no such module 'PETLL'"), "\(lost)")
    #expect(lost.code == 2)
  }

  @Test func refusals() throws {
    let bench = try PluginBench()
    try bench.bench.write("import PETL\nstruct Helper {}\n", to: "Helper.swift")
    try bench.writePenalty("Same.swift", name: "resora")
    try bench.writePenalty("a/Mine.swift")
    try bench.writePenalty("b/Mine.swift", factor: 2)
    try bench.bench.write("x", to: "plugin.so")
    try bench.bench.write("x", to: "empty/none.txt")
    for (files, words) in [
      (["Helper.swift"], "error: Helper.swift: there is no plugin in this file"),
      (["Same.swift"], "error: Same.swift: two regularizers are named 'resora'"),
      (["none.swift"], "error: none.swift: there is no such plugin file"),
      (["plugin.so"], "error: plugin.so: this is a compiled plugin"),
      (["r.yaml"], "error: r.yaml: the name of a plugin file ends in .swift"),
      (["empty"], "error: empty: no file in this folder ends in .swift"),
      (["a/Mine.swift", "b/Mine.swift"], "error: two plugin files are called Mine.swift"),
    ] {
      let outcome = try bench.petl(["list"] + files.flatMap { ["--plugin", $0] })
      #expect(outcome.code == 2, "\(files) \(outcome)")
      #expect(outcome.complaints.hasPrefix(words), "\(files) \(outcome.complaints)")
      #expect(outcome.output.isEmpty, "\(files) \(outcome)")
    }
    let twice = try bench.petl(["list", "--plugin", "a/Mine.swift", "--plugin", "a/Mine.swift"])
    #expect(twice.code == 0, "\(twice)")
  }

  /// Names that a compiler would take for options.
  @Test(arguments: ["-Mine.swift", "@Mine.swift"]) func namesLikeOptions(_ name: String) throws {
    let bench = try PluginBench()
    try bench.writePenalty(name)
    let listed = try bench.petl(["list", "--plugin=./\(name)", "--json"])
    #expect(listed.complaints.isEmpty, "\(listed)")
    #expect(listed.output.contains("\"name\" : \"mine\""), "\(listed)")
  }

  /// What is made of a file that is written in the meantime is not kept for what it was before.
  @Test func changesWhileItIsCompiled() throws {
    let bench = try PluginBench()
    try bench.writePenalty(factor: 11)
    let known = try bench.petl(["doctor"]).output.split(separator: "\n")
      .first { $0.hasPrefix("plugin files") }
    let compiler = try #require(known?.split(separator: " ").first { $0.hasPrefix("/") })
    let file = URL(fileURLWithPath: "\(bench.folder)/swiftc")
    try bench.bench.write(
      "#!/bin/sh\necho '// later' >> Mine.swift\nexec \(compiler) \"$@\"\n", to: "swiftc")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    let arguments = ["list", "--plugin", "Mine.swift"]
    let outcome = try bench.run(
      try Program.petl(), arguments, ["PETL_SWIFTC": file.path])
    #expect(outcome.code == 2, "\(outcome)")
    #expect(
      outcome.complaints == """
        error: Mine.swift: was changed while it was compiled
          give the command again

        """)
    #expect(try bench.petl(arguments).code == 0)
  }

  /// A copy of the program, with the name of its own that a package's has.
  private func copiedProgram(_ bench: PluginBench) throws -> URL {
    let copy = URL(filePath: "\(bench.folder)/petl-spread")
    try FileManager.default.copyItem(at: Program.petl(), to: copy)
    return copy
  }

  /// Where neither modules nor compiler are, it is said what to do.
  @Test func whatIsMissing() throws {
    let bench = try PluginBench()
    try bench.writePenalty(factor: 7)
    let copy = try copiedProgram(bench)
    let arguments = ["list", "--plugin", "Mine.swift"]
    // What an earlier run of the tests has compiled needs neither.
    let lost = try bench.run(copy, arguments, ["XDG_CACHE_HOME": "\(bench.folder)/cache"])
    #expect(lost.code == 2, "\(lost)")
    let words = "error: the modules that plugin files are compiled against are not there: "
    #expect(lost.complaints.hasPrefix(words), "\(lost)")
    #expect(lost.complaints.contains("export PETL_BUILD=FOLDER"), "\(lost)")
    let build = try Program.petl().deletingLastPathComponent().path
    let found = try bench.run(copy, arguments, ["PETL_BUILD": build])
    #expect(found.code == 0, "\(found)")
    let other = try bench.petl(arguments + ["--plugin", "none.swift"])
    #expect(other.code == 2)
    let none = try bench.run(
      copy, arguments, ["PETL_BUILD": build, "PETL_SWIFTC": "/none/swiftc"])
    #expect(none.complaints.hasPrefix("error: PETL_SWIFTC=/none/swiftc: there is no"), "\(none)")
  }

  /// A program with plugins of its own calls itself by its own name.
  @Test func programsHaveNames() throws {
    let bench = try PluginBench()
    let copy = try copiedProgram(bench)
    let help = try bench.run(copy, ["run", "--help"])
    #expect(help.output.contains("USAGE: petl-spread run <recipe>"), "\(help)")
    #expect(help.output.contains("  petl-spread run Examples/recipes/quickstart.yaml"), "\(help)")
    let wrong = try bench.run(copy, ["rnu"])
    #expect(wrong.complaints.contains("did you mean 'petl-spread run'?"), "\(wrong)")
    let run = try bench.run(copy, ["run", "r.yaml", "--output", "run", "--quiet"])
    #expect(run.code == 0, "\(run)")
    let program = try bench.json("run/run.json")["program"] as? [String: Any]
    #expect(program?["name"] as? String == "petl-spread")
    // A plugin of the package that another petl has not.
    let recipe = try bench.bench.text("run/recipe.yaml")
    try bench.bench.write(
      recipe.replacing("type: lora", with: "type: spread"), to: "run/recipe.yaml")
    let other = try bench.petl(["evaluate", "run"])
    #expect(other.code == 2)
    #expect(other.complaints.contains("there is no adapter 'spread'"), "\(other)")
    #expect(
      other.complaints.contains("the run was trained by petl-spread, which has it"), "\(other)")
  }
}
