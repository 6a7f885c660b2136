import Foundation
import PETL

/// One reader that is given bytes which anybody may have made.
///
/// It may throw whatever a user would read; a trap, a hang and memory without end are faults.
struct FuzzTarget {
  /// The name on the command line and of its folder of inputs.
  let name: String
  /// The files that an input is divided into, in this order; one of no name is handed over as bytes.
  let files: [String]
  /// Tries the reader on the parts of an input, whose files lie in a folder.
  let attempt: (_ parts: [[UInt8]], _ folder: String) throws -> Void

  /// What stands between two files of an input.
  static let separator = Array("<<<NEXT FILE>>>".utf8)

  /// A reader of bytes.
  init(_ name: String, bytes: @escaping ([UInt8]) throws -> Void) {
    self.name = name
    files = [""]
    attempt = { parts, _ in try bytes(parts[0]) }
  }

  /// A reader of files in a folder.
  init(_ name: String, files: [String], attempt: @escaping (_ folder: String) throws -> Void) {
    self.name = name
    self.files = files
    self.attempt = { _, folder in try attempt(folder) }
  }

  /// Divides an input among the files, writes them, and tries the reader; what it throws is well.
  ///
  /// - Parameters:
  ///   - input: the files with separators between them.
  ///   - folder: for the files.
  func run(_ input: [UInt8], in folder: String) {
    let parts = Self.parts(input, count: files.count)
    do {
      for (name, part) in zip(files, parts) where !name.isEmpty {
        try Data(part).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      try attempt(parts, folder)
    } catch {
      // Its words are made, for that may go wrong as well.
      _ = "\(error)"
    }
  }

  /// The bytes between separators; those that are missing are empty.
  private static func parts(_ input: [UInt8], count: Int) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var rest = input[...]
    while parts.count < count - 1, let found = rest.firstRange(of: separator) {
      parts.append(Array(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    parts.append(Array(rest))
    return parts + Array(repeating: [], count: count - parts.count)
  }

  /// An input made of files that exist.
  ///
  /// - Parameter paths: one for each of `files`.
  /// - Returns: their bytes with separators between them.
  /// - Throws: when a file cannot be read.
  static func input(_ paths: [String]) throws -> [UInt8] {
    let parts = try paths.map { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }
    return Array(parts.joined(separator: separator))
  }
}
