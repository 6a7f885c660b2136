import Checkpoints
import PETL

/// SHA-256 of code, in hexadecimal digits.
enum SourceDigest {
  /// The digest of a text.
  static func digest(of text: String) -> String { SHA256.digest(of: Array(text.utf8)) }

  /// The digest of files: of their names and what they hold, in the order given.
  static func digest(of files: [PluginSource.File]) -> String {
    // One file is what it holds, whatever it is called.
    if files.count == 1 { return SHA256.digest(of: files[0].contents) }
    let lines = files.map { "\($0.name) \(SHA256.digest(of: $0.contents))\n" }
    return digest(of: lines.joined())
  }
}
