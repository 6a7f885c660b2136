import Foundation
import PluginFiles
import Synchronization

/// What this program is called: a package with plugins of its own makes a petl with a name of its own.
enum ProgramName {
  private static let stored = Mutex((name: "petl", commands: [String]()))

  /// The name.
  static var own: String { stored.withLock { $0.name } }

  /// From now on, the name is that of the program's file.
  ///
  /// - Parameter commands: the names of the subcommands.
  static func takeFromFile(commands: [String]) {
    guard let path = RunningProgram.path else { return }
    stored.withLock { $0 = (URL(fileURLWithPath: path).lastPathComponent, commands) }
  }

  /// A text for the user with the commands of this program in the place of petl's.
  static func spelled(_ text: String) -> String {
    let (own, commands) = stored.withLock { $0 }
    guard own != "petl", text.contains("petl ") else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { spelled(line: $0, own, commands) }.joined(separator: "\n")
  }

  /// A line with the commands of this program; what the user wrote, a quoted line of a file or a word in quotes, stays.
  private static func spelled(line: Substring, _ own: String, _ commands: [String]) -> String {
    if line.firstMatch(of: /^ *\d+ \|/) != nil { return String(line) }
    return line.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .map { index, part in
        index % 2 == 1
          ? String(part)
          : commands.reduce(String(part)) { text, command in
            text.replacing("petl \(command)", with: "\(own) \(command)")
          }
      }.joined(separator: "'")
  }
}
