import PETL

/// A regularizer of a recipe.
public struct RegularizerRecipe: Sendable {
  /// The plugin.
  public var plugin: RegularizerPlugin
  /// The name under which it is logged: the plugin's, numbered when there are several.
  public var label: String
  /// λ, over the epochs of a stage.
  public var weight = Schedule.constant(0.1)
  /// Makes the regularizer.
  public var make: @Sendable () throws -> any Regularizer
  /// Where the section stands.
  public var span: SourceSpan?
  /// The plugin's options, when they were made in code.
  let options: MadeOptions

  /// Reads the section; nil when it names no known plugin, which is then reported.
  init?(_ reader: OptionReader, _ registry: PluginRegistry, label: (String) -> String) {
    let name = reader.regularizerType()
    let plugin = name.flatMap { name in
      reader.plugin { try registry.regularizer(named: name, at: reader.span(of: "type")) }
    }
    reader.regularizerWeight(&weight)
    guard let name, let plugin else {
      reader.acceptRemainingKeys()
      return nil
    }
    self.plugin = plugin
    self.label = label(name)
    make = plugin.read(reader)
    span = reader.span(of: "type")
    options = .none
  }

  /// Writes the section, of a regularizer that was made in code.
  func write(to writer: OptionReader) {
    _ = writer.regularizerType(plugin.descriptor.name)
    var weight = weight
    writer.regularizerWeight(&weight)
    writer.include(options.entries)
  }
}

extension OptionReader {
  fileprivate func regularizerType(_ name: String = "") -> String? {
    type(name, help: "the regularizer's name (petl list)")
  }

  fileprivate func regularizerWeight(_ weight: inout Schedule) {
    schedule(
      "weight", &weight,
      help: "λ: a number, or {type: linear|cosine|from-epoch, …} over the epochs of a stage")
    if weight.lowest < 0 {
      report(
        "'\(section).weight' falls below 0, which would reward redundancy", at: "weight",
        hints: ["expected 0 or more, at every epoch"])
    }
  }
}

extension Schedule {
  /// The lowest value it ever has.
  fileprivate var lowest: Double {
    switch self {
    case .constant(let value), .fromEpoch(let value, _): value
    case .linear(let from, let to, _, _), .cosine(let from, let to, _, _): min(from, to)
    }
  }
}
