import Checkpoints
import Crypto
import Foundation
import PETL

/// SHA-256 of code, in hexadecimal digits.
enum SourceDigest {
  /// The digest of a text.
  static func digest(of text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

  /// The digest of files: of their names and what they hold, in the order given.
  static func digest(of files: [PluginSource.File]) -> String {
    // One file is what it holds, whatever it is called.
    if files.count == 1 { return hexadecimal(SHA256.hash(data: files[0].contents)) }
    let lines = files.map { "\($0.name) \(hexadecimal(SHA256.hash(data: $0.contents)))\n" }
    return digest(of: lines.joined())
  }

  /// The digest of what a file holds.
  ///
  /// - Throws: `DiagnosticError` when it cannot be read.
  static func digest(ofFile path: String) throws -> String {
    var hash = SHA256()
    try readParts(of: path) { part in
      hash.update(data: part)
      return true
    }
    return hexadecimal(hash.finalize())
  }

  private static func hexadecimal(_ digest: SHA256Digest) -> String {
    digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
