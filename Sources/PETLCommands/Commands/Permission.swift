import Foundation
import PETL
import PluginFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether code that a recipe names may be run: whoever sits at a terminal is asked, once for each content.
enum Permission {
  /// Whether the user allows some files, now or before; never without a terminal.
  static func isGiven(_ files: [PluginFile]) -> Bool {
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return false }
    let memory = PluginPermissions()
    let open = files.filter { !memory.holds($0) }
    guard !open.isEmpty else { return true }
    let paths = open.map { "  \($0.path)" }.joined(separator: "\n")
    Terminal.complain(
      lines: "the recipe names plugins, code that petl would compile and run:\n\(paths)\n"
        + "allow it? [y/N]")
    let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased()
    guard answer == "y" || answer == "yes" else { return false }
    for file in open { memory.keep(file) }
    return true
  }
}
