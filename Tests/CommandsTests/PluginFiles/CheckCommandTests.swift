import Foundation
import TestSupport
import Testing

/// `petl check`, and the files that `petl init plugin --file` writes.
@Suite struct CheckCommandTests {
  @Test(arguments: ["regularizer", "adapter", "optimizer"])
  func whatIsWrittenKeepsTheLaws(_ kind: String) throws {
    let bench = try PluginBench()
    let written = try bench.petl(["init", "plugin", "my-own", "--file", "--kind", kind])
    #expect(written.code == 0, "\(written)")
    let next =
      "MyOwn.swift and my-own.yaml are written; next: petl check MyOwn.swift && "
      + "petl run my-own.yaml --plugin MyOwn.swift\n"
    #expect(written.output == next)
    let checked = try bench.petl(["check", "MyOwn.swift", "--no-cost"])
    #expect(checked.code == 0, "\(checked)")
    #expect(checked.output == "MyOwn.swift: my-own (\(kind)): keeps the laws\n")
    let valid = try bench.petl(["validate", "my-own.yaml", "--plugin", "MyOwn.swift"])
    #expect(valid.code == 0, "\(valid)")
    let again = try bench.petl(["init", "plugin", "my-own", "--file"])
    #expect(again.complaints.hasPrefix("error: MyOwn.swift: there is such a file"), "\(again)")
  }

  /// Of several plugins each is given the options that it has.
  @Test func optionsOfSeveral() throws {
    let bench = try PluginBench()
    try bench.writePenalty("all/A.swift", type: "First", name: "first")
    let other = PluginBench.penalty(type: "Second", name: "second")
      .replacing("\"power\"", with: "\"force\"")
    try bench.bench.write(other, to: "all/B.swift")
    func check(_ option: String) throws -> Outcome {
      try bench.petl(["check", "all", "--no-cost", "--set", option])
    }
    let kept =
      "all: first (regularizer): keeps the laws\nall: second (regularizer): keeps the laws\n"
    #expect(try check("power=3").output == kept)
    #expect(try check("force=3").output == kept)
    #expect(try check("force=9").complaints.contains("'force' must be from 1 to 8"))
    #expect(try check("forse=3").complaints.contains("unknown key 'forse'"))
  }

  @Test func findings() throws {
    let bench = try PluginBench()
    let wrong = PluginBench.penalty().replacing(".offDiagonalMean(exponent: power)", with: "")
    try bench.bench.write(wrong, to: "Mine.swift")
    let outcome = try bench.petl(["check", "Mine.swift"])
    #expect(outcome.code == 1, "\(outcome)")
    #expect(
      outcome.output == """
        Mine.swift: mine (regularizer): 1 finding
          shape: the value has shape [4, 4] and is not a scalar

        """)
    let report = try bench.petl(["check", "Mine.swift", "--json"])
    #expect(report.code == 1)
    let plugins = try report.json()["plugins"] as? [[String: Any]]
    let finding = (plugins?.first?["findings"] as? [[String: String]])?.first
    #expect(finding?["check"] == "shape")
  }

  @Test func cost() throws {
    let bench = try PluginBench()
    try bench.writePenalty()
    let outcome = try bench.petl(["check", "Mine.swift"])
    #expect(outcome.code == 0, "\(outcome)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 4, "\(lines)")
    let setting =
      "  a step of one block of ViT-B/16 (768 wide, 8 × 197 tokens) with LoRA of rank 8, "
    #expect(lines.dropFirst().first?.hasPrefix(setting) == true, "\(lines)")
    #expect(lines.last?.hasPrefix("    resora: ") == true, "\(lines)")
  }
}
