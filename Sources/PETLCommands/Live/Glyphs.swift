/// The characters that pictures of text are made of.
struct Glyphs: Sendable {
  /// The levels of a sparkline, the lowest first.
  let levels: [Character]
  /// A part of a bar that is done, and one that is not.
  let bar: (done: Character, open: Character)
  /// The mean |ρ|.
  let redundancy: String
  /// What stands for the end of a text that was cut.
  let ellipsis: Character

  /// For terminals that show Unicode.
  static let unicode = Glyphs(
    levels: Array("▁▂▃▄▅▆▇█"), bar: ("█", "░"), redundancy: "|ρ|", ellipsis: "…")
  /// For all others.
  static let ascii = Glyphs(
    levels: Array("_.-=+*%#"), bar: ("#", "-"), redundancy: "|rho|", ellipsis: "~")

  /// Those that a terminal shows whose settings are these variables.
  ///
  /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that says anything decides, as for every program.
  static func fitting(_ environment: [String: String]) -> Glyphs {
    let settings = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
    let locale = settings.first { !$0.isEmpty }?.lowercased() ?? ""
    return locale.contains("utf-8") || locale.contains("utf8") ? .unicode : .ascii
  }

  /// A bar of which a share is done.
  func bar(_ share: Double, width: Int) -> String {
    let done = Int((min(1, max(0, share)) * Double(width)).rounded(.down))
    return String(repeating: bar.done, count: done)
      + String(repeating: bar.open, count: width - done)
  }
}
