import Foundation
import TestSupport
import Testing

/// Plugin files that recipes and runs name.
@Suite struct NamedPluginTests {
  private static let penalty = "regularizers: [{type: mine}]\nepochs: 1\n"

  @Test func nothingIsLoadedUnasked() throws {
    let bench = try PluginBench("plugins: [code/Mine.swift]\n" + Self.penalty)
    try bench.writePenalty("code/Mine.swift")
    let refused = try bench.petl(["validate", "r.yaml"])
    #expect(refused.code == 2, "\(refused)")
    #expect(
      refused.complaints.contains(
        "error: Mine.swift is code, which is not compiled and run unasked"))
    #expect(refused.complaints.contains("--plugin code/Mine.swift"), "\(refused)")
    let allowed = try bench.petl(["validate", "r.yaml", "--allow-plugins"])
    #expect(allowed.code == 0, "\(allowed)")
    let named = try bench.petl(["validate", "r.yaml", "--plugin", "code/Mine.swift"])
    #expect(named.code == 0, "\(named)")
    let set = try bench.petl([
      "validate", "r.yaml", "--allow-plugins", "--set", "plugins=[x.swift]",
    ])
    #expect(set.complaints.contains("--set does not load plugins"), "\(set)")
    // From another folder the recipe's own counts.
    let elsewhere = try Program.run(
      Program.petl(), ["validate", "\(bench.folder)/r.yaml"], in: NSTemporaryDirectory())
    #expect(elsewhere.complaints.contains("Mine.swift is code"), "\(elsewhere)")
    try bench.bench.write("plugins: [none.swift]\n", to: "none.yaml")
    let lost = try bench.petl(["validate", "none.yaml", "--allow-plugins"])
    #expect(
      lost.complaints.hasPrefix("none.yaml:1:11: error: none.swift: there is no such"), "\(lost)")
  }

  /// A run keeps its plugin files, and says which to give.
  @Test func runsKeepTheirFiles() throws {
    let bench = try PluginBench(Self.penalty)
    try bench.writePenalty("code/Mine.swift")
    let run = try bench.petl(
      ["run", "r.yaml", "--plugin", "code/Mine.swift", "--output", "run", "--quiet"])
    #expect(run.code == 0, "\(run)")
    let kept = try bench.bench.text("run/plugins/Mine.swift")
    #expect(kept == PluginBench.penalty())
    let recipe = try bench.bench.text("run/recipe.yaml")
    #expect(recipe.contains("\nplugins:\n- 'plugins/Mine.swift'\n"), "\(recipe)")
    #expect(recipe.contains("# plugins: Mine.swift "), "\(recipe)")
    let asked = try bench.petl(["evaluate", "run"])
    #expect(asked.code == 2)
    #expect(asked.complaints.contains("--plugin run/plugins/Mine.swift"), "\(asked)")
    let first = try bench.petl(["evaluate", "run", "--allow-plugins"])
    #expect(first.code == 0, "\(first)")
    let second = try bench.petl(["evaluate", "run", "--plugin", "run/plugins/Mine.swift"])
    #expect(second.output == first.output)
    // Without the key, as when somebody took it out.
    try bench.bench.write(
      recipe.replacing("\nplugins:\n- 'plugins/Mine.swift'", with: ""), to: "run/recipe.yaml")
    let lost = try bench.petl(["evaluate", "run"])
    #expect(lost.complaints.contains("there is no regularizer 'mine'"), "\(lost)")
    #expect(
      lost.complaints.contains(
        "the run was trained with the plugin file Mine.swift; add: --plugin run/plugins/Mine.swift")
    )
  }

  /// A run without plugin files leaves none, and says nothing of any.
  @Test func otherRunsAreAsTheyWere() throws {
    let bench = try PluginBench()
    #expect(try bench.petl(["run", "r.yaml", "--output", "run", "--quiet"]).code == 0)
    #expect(!(try bench.bench.text("run/recipe.yaml")).contains("plugins"))
    #expect(!FileManager.default.fileExists(atPath: "\(bench.folder)/run/plugins"))
  }
}
