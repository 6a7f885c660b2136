import Foundation
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

/// Every block of code in the README and the documentation is run, compiled or read somewhere, or says
/// why not.
///
/// - `yaml` is read as a recipe; a section alone with a small recipe around it.
/// - `swift` is part of a file that is compiled, or is written to one by .ci/docs.
/// - `sh` and `console` are run by .ci/docs, or are lines of .ci/run, or stand after a line
///   `<!-- not run: REASON -->`.
/// - `text` is what a program prints, or a drawing.
@Suite struct DocumentedCodeTests {
  struct Block: CustomTestStringConvertible {
    let page: String
    let line: Int
    let kind: String
    let text: String
    /// Why it is not run.
    let reason: String?

    var testDescription: String { "\(page):\(line)" }
  }

  /// The files of some folders with one ending, relative to the repository.
  private static func files(_ folders: [String], _ ending: String) -> [String] {
    folders.flatMap { folder -> [String] in
      let all = FileManager.default.enumerator(atPath: Checkout.path(folder))?.compactMap {
        $0 as? String
      }
      return (all ?? []).filter { $0.hasSuffix(ending) && !$0.contains(".build") }
        .map { "\(folder)/\($0)" }
    }.sorted()
  }

  static func blocks() throws -> [Block] {
    let pages =
      ["README.md", "CONTRIBUTING.md"] + files(["docs", "Examples", "Sources", "Plugins"], ".md")
    return try pages.flatMap { try blocks(of: $0) }
  }

  private static func blocks(of page: String) throws -> [Block] {
    var found: [Block] = []
    var open: (kind: String, line: Int, reason: String?)?
    var lines: [Substring] = []
    var before: Substring = ""
    for (index, line) in try Checkout.text(page).split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .enumerated() {
      if let block = open, line == "```" {
        found.append(
          Block(
            page: page, line: block.line, kind: block.kind,
            text: lines.joined(separator: "\n"), reason: block.reason))
        open = nil
      } else if open != nil {
        lines.append(line)
      } else if line.hasPrefix("```") {
        let mark = before.wholeMatch(of: /<!-- not run: (.+) -->/).map { String($0.1) }
        (open, lines) = ((String(line.dropFirst(3)), index + 1, mark), [])
      }
      before = line
    }
    #expect(open == nil, "\(page): a block does not end")
    return found
  }

  /// The pages that .ci/docs runs.
  private static func runPages() throws -> [String] {
    let list = try #require(try Checkout.text(".ci/docs").firstMatch(of: /PAGES = \[(.+)\]/)).1
    return list.matches(of: /"([\w-]+)"/).map { "docs/\($0.1).md" }
  }

  @Test(arguments: try blocks())
  func isSeenTo(_ block: Block) throws {
    switch block.kind {
    case "yaml": try check(yaml: block.text)
    case "swift": try check(swift: block)
    case "sh", "console": try check(commands: block)
    case "text": break
    default: Issue.record("a block of kind '\(block.kind)' is neither run nor explained")
    }
  }

  @Test func thereAreBlocks() throws {
    let kinds = try Set(Self.blocks().map(\.kind))
    #expect(kinds.isSuperset(of: ["yaml", "swift", "sh", "console", "text"]))
    #expect(try Self.runPages().count > 3)
  }

  private func check(yaml text: String) throws {
    let registry = try PluginRegistry.builtIn()
    var whole = text
    for (section, part) in [
      ("backbone", "backbone: {weights: w}\n"), ("data", "data: {name: digits}\n"),
      ("adapter", "adapter: {type: lora}\n"), ("regularizers", "regularizers: [{type: resora}]\n"),
    ] where whole.firstMatch(of: try Regex("(^|\n)\(section):")) == nil {
      whole = part + whole
    }
    if whole.contains("sweep:") {
      let sweep = try SweepRecipe(text: whole, registry: registry)
      #expect(sweep.points.count > 1)
    } else {
      _ = try Recipe(text: whole, registry: registry)
    }
  }

  /// The code without its white space, which swift-format sets.
  private func bare(_ text: String) -> String { text.filter { !$0.isWhitespace } }

  private func check(swift block: Block) throws {
    if block.text.hasPrefix("// file: "), try Self.runPages().contains(block.page) { return }
    let wanted = bare(block.text)
    let folders = ["Examples", "Sources", "Plugins", "Tests"]
    let isCompiled = try Self.files(folders, ".swift").contains {
      bare(try Checkout.text($0)).contains(wanted)
    }
    #expect(isCompiled, "no file that is compiled has these lines: \(block.text)")
  }

  private func check(commands block: Block) throws {
    if block.reason != nil { return }
    if block.kind == "sh", try Self.runPages().contains(block.page) { return }
    let lines = Set(try Checkout.text(".ci/run").split(separator: "\n"))
    let missing = block.text.split(separator: "\n").filter { !lines.contains($0) }
    #expect(missing == [], "neither .ci/docs nor .ci/run runs this, and it does not say why")
  }

  /// The mistakes that docs/commands.md shows are those of this recipe.
  @Test func shownMistakes() throws {
    let recipe = """
      name: mistakes
      rank: 8
      backbone: {weights: embedded:vit-micro}
      data: {name: digits}
      adapter:
        type: lora
        sites: [query, valeu]
        scal: 2.0
      """
    let error = #expect(throws: DiagnosticError.self) {
      _ = try Recipe(text: recipe, name: "mistakes.yaml", registry: .builtIn())
    }
    let page = try Checkout.text("docs/commands.md")
    let shown = "```text\n\(error?.description ?? "?")\n```"
    #expect(page.contains(shown), "\(shown)")
  }
}
