/// The typed options of a plugin, or of a section of a recipe: a value whose properties have the
/// defaults, and that declares each option once.
///
/// ```swift
/// struct Options: PluginOptions {
///   var power = 2.0
///
///   mutating func visit(_ options: OptionReader) {
///     options.number("power", &power, in: 1...8, help: "the power of a correlation")
///   }
/// }
/// ```
///
/// A property whose option is not declared cannot be told from its default in a recipe: every property
/// is to be visited.
public protocol PluginOptions: Sendable, Equatable {
  /// The defaults.
  init()

  /// Declares each option, once: reads it, checks it, describes it or writes it, as the reader asks.
  ///
  /// Mistakes are collected by the reader, so nothing is thrown here.
  mutating func visit(_ options: OptionReader)
}

extension PluginOptions {
  /// The options that a reader finds; the defaults where it finds none.
  public init(from reader: OptionReader) {
    self.init()
    visit(reader)
  }

  /// The defaults with some of them changed: `LoRAOptions { $0.rank = 4 }`.
  public init(_ change: (inout Self) throws -> Void) rethrows {
    self.init()
    try change(&self)
  }

  /// The options as a recipe holds them, a mapping with the defaults in it; reading it gives an equal
  /// value.
  package var written: ConfigurationNode {
    let standard = OptionReader(describing: "")
    _ = Self(from: standard)
    let writer = OptionReader(writingBeside: standard)
    var options = self
    options.visit(writer)
    return writer.resolved
  }

  /// Whether reading what is written gives other options although nothing is wrong with it: there is a
  /// property that `visit` does not declare.
  package var isLostInWriting: Bool {
    let reader = OptionReader(written, section: "")
    let again = Self(from: reader)
    return reader.diagnostics.isEmpty && again != self
  }

  /// The keys of the options that are not the defaults: what options made in code are checked for where
  /// some mean nothing beside others.
  public var changedKeys: Set<String> {
    let standard = Dictionary(
      Self().written.entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    let own = written.entries
    let changed = own.filter { standard[$0.key] != $0.value }.map(\.key)
    return Set(changed).union(standard.keys.filter { key in !own.contains { $0.key == key } })
  }
}

/// The options of a plugin that has none.
public struct NoOptions: PluginOptions {
  /// Nothing.
  public init() {}

  /// Declares nothing.
  public mutating func visit(_ options: OptionReader) {}
}
