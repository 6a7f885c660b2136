import ArgumentParser
import Studies

/// Which settings of a method count, for commands that compare runs.
struct SettingArguments: ParsableArguments {
  /// By what a setting is chosen.
  enum Selection: String, CaseIterable, ExpressibleByArgument {
    case bestVal = "best-val"
  }

  @Option(
    name: .customLong("select"),
    help: ArgumentHelp(
      "Let one setting of each method count on each data set: the one that is best on the validation split, on average "
        + "over seeds. Methods then differ in the types of their parts only.", valueName: "how"))
  var selection: Selection?

  @Option(
    name: .customLong("by"), parsing: .singleValue,
    help: ArgumentHelp(
      "With --select, a key or section in which methods differ too, such as adapter.rank. May be repeated.",
      valueName: "key"))
  var keys: [String] = []

  func validate() throws {
    if keys.contains("") { throw ValidationError("--by names a key, as in --by adapter.rank.") }
    if selection == nil, !keys.isEmpty {
      throw ValidationError(
        "--by says between what settings are chosen: it needs --select best-val.")
    }
  }

  /// What is chosen; nil where every setting is a method.
  var rule: SettingRule? { selection.map { _ in SettingRule(by: keys) } }
}
