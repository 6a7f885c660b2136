import Checkpoints

/// What tells a file that was damaged, or changed by hand, from one that is as it was written.
enum Seal {
  /// The digest of tensors and a text.
  static func digest(_ values: [(name: String, bytes: [UInt8])], _ text: String) -> String {
    let lines = values.map { "\($0.name) \(SHA256.digest(of: $0.bytes))" }.sorted()
    return SHA256.digest(of: Array((lines + [text]).joined(separator: "\n").utf8))
  }
}
