import Backbones
import Checkpoints
import Foundation
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

/// The table "Every method" of docs/interoperability.md says of each method what is so.
struct MethodTableTests {
  /// A row of the table.
  struct Row {
    let name: String
    let read: String
    let written: String
    let merged: String
    let regularized: String
  }

  private static let yes = "yes"

  private func rows() throws -> [Row] {
    let page = try String(
      contentsOfFile: Checkout.path("docs/interoperability.md"), encoding: .utf8)
    let section = try #require(page.components(separatedBy: "### Every method\n").last)
    let lines = section.components(separatedBy: "\n### ")[0].split(separator: "\n").filter {
      $0.hasPrefix("| `")
    }
    return try lines.map { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      try #require(cells.count == 7, "\(line)")
      return Row(
        name: cells[1].replacing("`", with: ""), read: cells[2], written: cells[3],
        merged: cells[4], regularized: cells[5])
    }
  }

  /// The types of PEFT of which a folder that PEFT made is among the fixtures.
  private func typesOfFixtures() throws -> Set<String> {
    let root = fixture("")
    let folders = try FileManager.default.contentsOfDirectory(atPath: root).filter {
      $0.hasPrefix("interop")
    }
    var types: Set<String> = []
    for folder in folders {
      for name in try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)") {
        let path = "\(root)/\(folder)/\(name)/adapter_config.json"
        guard FileManager.default.fileExists(atPath: path) else { continue }
        let json = try JSONValue(parsing: readFile(path, limit: 1 << 20), name: path)
        if let type = json["peft_type"]?.text { types.insert(type) }
      }
    }
    return types
  }

  /// An adapter at the first site that it has by default, bound to random weights.
  private func adapter(_ plugin: AdapterPlugin) throws -> any Adapter {
    let name = plugin.descriptor.name
    let reader = OptionReader(
      try YAMLReader.parse(text: "{\(MatrixTests.smallOptions[name] ?? "")}", name: "options"),
      section: "options")
    var configuration = ViTConfiguration.micro
    (configuration.width, configuration.mlpWidth) = (24, 40)
    (configuration.depth, configuration.heads) = (2, 3)
    let network = ViT(frozenRandom: configuration, generator: RandomGenerator(seed: 1))
    guard case .adapters(let attachment) = plugin.read(reader) else {
      throw DiagnosticError("\(name) is attached to no site")
    }
    let sites = network.sites.filter { attachment.defaultSites.contains($0.kind) }
    let set = AdapterSet(try attachment.attach(sites, RandomGenerator(seed: 2)))
    network.bind(set)
    return try #require(set.entries.first).adapter
  }

  @Test func hasEveryMethodOnce() throws {
    let names = try rows().map(\.name)
    let registry = try PluginRegistry.builtIn()
    #expect(names.sorted() == registry.adapters.map(\.descriptor.name).sorted())
  }

  @Test func saysWhatIsReadAndWritten() throws {
    let (registry, types) = (try PluginRegistry.builtIn(), try typesOfFixtures())
    for row in try rows() {
      let plugin = try registry.adapter(named: row.name)
      guard let type = plugin.adapter else { continue }
      let form = (type as? any PEFTConvertible.Type)?.peftForm
      #expect(row.read.hasPrefix(form.map { "`\($0.type)`" } ?? "–"), "\(row.name)")
      if let form { #expect(types.contains(form.type), "\(row.name)") }
      let own = try adapter(plugin)
      let isProduct =
        (own as? any SubspaceDecomposable)?.linearFactors() != nil && own.mergedBias() == nil
        && own.placement == .parallel
      let written = form.map { "`\($0.type)`" } ?? (isProduct ? "as the LoRA" : "–")
      #expect(row.written.hasPrefix(written), "\(row.name)")
    }
  }

  @Test func saysWhatIsMerged() throws {
    let registry = try PluginRegistry.builtIn()
    let tested = MergeTests.linear.map(\.options).joined()
    for row in try rows() {
      let plugin = try registry.adapter(named: row.name)
      guard plugin.adapter != nil else { continue }
      let isLinear = try adapter(plugin).mergedDelta() != nil
      #expect((row.merged == Self.yes) == isLinear, "\(row.name)")
      if isLinear { #expect(tested.contains("{type: \(row.name)"), "\(row.name) is not merged") }
    }
  }

  /// What does not decompose says why.
  @Test func saysWhatIsRegularized() throws {
    let registry = try PluginRegistry.builtIn()
    for row in try rows() {
      let plugin = try registry.adapter(named: row.name)
      #expect(row.regularized.hasPrefix(Self.yes) == plugin.isDecomposable, "\(row.name)")
      if !plugin.isDecomposable { #expect(row.regularized.count > 8, "\(row.name)") }
    }
  }
}
