import Foundation
import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a file of a lock says: who holds it.
struct Claim: Codable, Equatable, Sendable {
  /// The process.
  let holder: ProcessIdentity
  /// When it was made, for people.
  let since: String
  /// Tells this claim from all others.
  let token: String

  /// A claim of a process, this one unless another is named.
  init(of holder: ProcessIdentity = .own) {
    self.holder = holder
    since = Date().formatted(.iso8601)
    let word = UInt64.random(in: .min ... .max)
    token = String(word, radix: 16)
  }

  /// What the file at a path says.
  init?(at path: String) {
    guard let bytes = try? readFile(path, limit: 4096),
      let found = try? JSONDecoder().decode(Claim.self, from: Data(bytes)),
      // It becomes part of a path.
      (1...16).contains(found.token.count), found.token.allSatisfy(\.isHexDigit)
    else { return nil }
    self = found
  }

  /// Writes it to a new file.
  ///
  /// A crash of the system may take what it says: then it locks for a while.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let file = try POSIXFile(creating: path)
    defer { file.close() }
    try file.write(Array(try encoder.encode(self)) + [10])
  }
}

/// Gives a file the time that it is now, by the clock of whoever keeps it.
///
/// - Returns: whether it was there.
@discardableResult
func touch(_ path: String) -> Bool {
  unsafe utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) == 0
}
