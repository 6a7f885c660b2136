import PETL

/// What `petl bench` puts on a network: an adapter and a regularizer by name, with options from the
/// command line.
public struct BenchmarkRecipe: Sendable {
  /// The adapter; nil for the head alone.
  public let adapter: AdapterRecipe?
  /// The regularizer.
  public let regularizer: RegularizerRecipe?

  /// Reads the options.
  ///
  /// - Parameters:
  ///   - adapter: its name.
  ///   - regularizer: its name.
  ///   - overrides: `adapter.rank=16` or `regularizer.weight=1`, with all keys that the sections of
  ///     a recipe have.
  ///   - registry: the plugins that may be named.
  /// - Throws: `DiagnosticError` with every mistake, among them a regularizer on an adapter that does
  ///   not decompose.
  public init(
    adapter: String?, regularizer: String? = nil, overrides: [String], registry: PluginRegistry
  ) throws {
    let names = [("adapter", adapter), ("regularizer", regularizer)]
    let sections = names.compactMap { key, name in name.map { Self.section(key, $0) } }
    let top = SourceSpan(source: SourceText(name: "petl bench", text: ""), line: 1, column: 1)
    let node = try Overrides(overrides).apply(
      to: ConfigurationNode(.mapping(sections), span: top))
    let reader = OptionReader(node, section: "")
    self.adapter = adapter.flatMap { _ in
      AdapterRecipe(reader.section("adapter", help: "what is trained"), registry)
    }
    self.regularizer = regularizer.flatMap { _ in
      RegularizerRecipe(reader.section("regularizer", help: "a penalty"), registry) { $0 }
    }
    if let name = self.regularizer?.plugin.descriptor.name,
      adapter == nil || self.adapter?.plugin.isDecomposable == false
    {
      reader.section("regularizer", help: "a penalty").report(
        "regularizer '\(name)' needs an adapter that decomposes into subspaces", at: "type")
    }
    reader.finish()
    try reader.throwIfInvalid()
  }

  /// `type: name` under a key, as if the option held it.
  private static func section(_ key: String, _ name: String) -> ConfigurationNode.Entry {
    let option = "--\(key) "
    let source = SourceText(name: option + name, text: option + name)
    let span = SourceSpan(
      source: source, line: 1, column: option.count + 1, length: max(1, name.count))
    let type = ConfigurationNode(.scalar(text: name, isQuoted: true), span: span)
    let entry = ConfigurationNode.Entry(key: "type", keySpan: span, value: type)
    return .init(
      key: key, keySpan: span, value: ConfigurationNode(.mapping([entry]), span: span))
  }
}
