import PETL

/// The options of a plugin whose section was made in code, as a recipe holds them.
struct MadeOptions: Sendable {
  /// The options as a section of a recipe has them; nil of a section that was read.
  private let written: ConfigurationNode?
  /// The plugin's name, where they have a property that a recipe cannot hold.
  let lost: String?

  /// The options of a section that was read: it has them itself.
  static let none = MadeOptions()

  private init() { (written, lost) = (nil, nil) }

  /// Takes options that were made in code.
  init(_ options: some PluginOptions, of plugin: PluginDescriptor) {
    written = options.written
    lost = options.isLostInWriting ? plugin.name : nil
  }

  /// The lines of the section.
  var entries: [ConfigurationNode.Entry] { written?.entries ?? [] }

  /// What the plugin reads them from, as if they stood in a section of a recipe.
  func reader(_ section: String) -> OptionReader {
    OptionReader(written ?? ConfigurationNode(writing: []), section: section)
  }
}

/// The names of plugins that a recipe may have several of, numbered from the second use of each.
struct PluginLabels {
  private var uses: [String: Int] = [:]

  /// The label of the next use of a name.
  mutating func next(_ name: String) -> String {
    let use = uses[name, default: 0] + 1
    uses[name] = use
    return use == 1 ? name : "\(name)#\(use)"
  }
}
