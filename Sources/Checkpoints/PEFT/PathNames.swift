/// Names that are looked for in dotted paths, however many there are.
struct PathNames: Sendable, ExpressibleByArrayLiteral {
  /// The most parts of a path that are looked at (our choice; a path has some ten).
  static let maximumParts = 64

  /// The names in the order of the file.
  let names: [String]
  private let known: Set<ExactName>
  /// The names with dots, which as expressions take any character.
  private let dotted: WildNames?
  private let longest: Int

  init(_ names: [String]) {
    self.names = names
    known = Set(names.map(ExactName.init))
    var dotted = WildNames()
    let found = names.filter { WildNames.isPlain($0) && $0.utf8.contains(UInt8(ascii: ".")) }
    for (place, name) in found.enumerated() { dotted.add(name, at: place) }
    self.dotted = found.isEmpty ? nil : dotted
    longest = names.map { $0.utf8.count { $0 == UInt8(ascii: ".") } + 1 }.max() ?? 0
  }

  init(arrayLiteral names: String...) { self.init(names) }

  /// Whether `path` is one of the names.
  func contains(_ path: String) -> Bool { known.contains(ExactName(path)) }

  /// Whether `path` is one of the names, or ends in a dot and one of them.
  func end(_ path: String) -> Bool {
    if contains(path) { return true }
    let parts = Self.parts(path)
    return (1..<max(1, parts.count)).contains { contains(Self.joined(parts[$0...])) }
  }

  /// The name that some neighbouring parts of `path` are.
  func within(_ path: String) -> String? {
    let parts = Self.parts(path)
    for start in parts.indices {
      for length in 1...max(1, min(longest, parts.count - start)) {
        let name = Self.joined(parts[start..<start + length])
        if contains(name) { return name }
      }
    }
    return nil
  }

  /// The names that neighbouring parts of some paths are.
  func found(within paths: [String]) -> Set<ExactName> {
    var found: Set<ExactName> = []
    for parts in paths.map(Self.parts) {
      for start in parts.indices {
        for length in 1...max(1, min(longest, parts.count - start)) {
          let name = ExactName(Self.joined(parts[start..<start + length]))
          if known.contains(name) { found.insert(name) }
        }
      }
    }
    return found
  }

  /// Whether some neighbouring parts of `path` are a name in which a dot stands for any character.
  func match(within path: String) -> Bool {
    guard let dotted else { return false }
    let bytes = Array(path.utf8)
    let marks = bytes.indices.filter { bytes[$0] == UInt8(ascii: ".") }
    let starts = [0] + marks.map { $0 + 1 }
    let ends = marks + [bytes.count]
    return starts.contains { start in
      ends.contains { $0 >= start && dotted.place(of: bytes[start..<$0]) != nil }
    }
  }

  /// Why a path is none of a module, in words that follow its name; nil for one that can be.
  static func objection(to path: String) -> String? {
    let count = path.utf8.count { $0 == UInt8(ascii: ".") } + 1
    if count > maximumParts {
      return "has a path of \(count) parts, at most \(maximumParts) are read"
    }
    return path.utf8.count > 1024
      ? "has a path of \(path.utf8.count) bytes, at most 1024 are read" : nil
  }

  private static func parts(_ path: String) -> [Substring] {
    Array(path.split(separator: ".", omittingEmptySubsequences: false).prefix(maximumParts))
  }

  private static func joined(_ parts: ArraySlice<Substring>) -> String {
    parts.joined(separator: ".")
  }
}
