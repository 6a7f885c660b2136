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
    return commands.reduce(text) { text, command in
      text.replacing("petl \(command)", with: "\(own) \(command)")
    }
  }
}
