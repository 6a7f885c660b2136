/// The options of a plugin with their defaults, described whenever they are asked for: a command knows a hundred plugins and
/// asks for those of two or three.
struct DescribedOptions: Sendable {
  private let describe: @Sendable () -> [OptionDescriptor]

  /// Hides a type of options.
  init<Options: PluginOptions>(of type: Options.Type, section: String) {
    describe = {
      let reader = OptionReader(describing: section)
      _ = Options(from: reader)
      return reader.descriptors
    }
  }

  /// The options in the order of their declarations.
  var all: [OptionDescriptor] { describe() }
}
