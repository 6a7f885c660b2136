import PETL

/// A regular expression of an adapter's configuration, matched as Python does.
struct PEFTPattern {
  /// The longest expression that is compiled (our choice).
  static let maximumLength = 4096

  private let regex: Regex<AnyRegexOutput>

  /// Compiles `source`, found under `key` of `file`.
  ///
  /// - Throws: `DiagnosticError` if it is too long or not a regular expression.
  init(_ source: String, key: String, file: String) throws {
    guard source.utf8.count <= Self.maximumLength else {
      throw DiagnosticError("\(file): the expression of `\(key)` is too long")
    }
    do {
      regex = try Regex(source).matchingSemantics(.unicodeScalar)
    } catch {
      throw DiagnosticError("\(file): `\(key)` holds `\(source)`, not a regular expression")
    }
  }

  /// Whether the whole of `path` matches.
  func matches(_ path: String) -> Bool {
    (try? regex.wholeMatch(in: path)) != nil
  }

  /// The number that the group `index` holds in a match at the start of `path`.
  func index(in path: String) -> Int? {
    guard let match = try? regex.prefixMatch(in: path) else { return nil }
    return match.output["index"]?.substring.flatMap { Int($0) }
  }
}

/// A key of `rank_pattern` or `alpha_pattern`: the expression `(.*\.)?(key)` on the whole path.
struct PEFTPatternKey {
  private enum Form {
    /// Letters, digits, `_`, `-` and dots; the dot stands for any character, as in an expression.
    case plain([UInt8])
    case expression(PEFTPattern)
  }

  private let form: Form

  /// Reads the key `source` of the object `key` of `file`.
  ///
  /// - Throws: `DiagnosticError` if it is not a regular expression.
  init(_ source: String, key: String, file: String) throws {
    let isPlain = source.utf8.allSatisfy {
      let character = Character(Unicode.Scalar($0))
      return $0 < 0x80 && (character.isLetter || character.isNumber || "_-.".contains(character))
    }
    form =
      isPlain
      ? .plain(Array(source.utf8))
      : .expression(try PEFTPattern("(.*\\.)?(\(source))", key: key, file: file))
  }

  /// Whether the key speaks of the module at `path`.
  func matches(_ path: String) -> Bool {
    switch form {
    case .expression(let pattern): return pattern.matches(path)
    case .plain(let key):
      let bytes = Array(path.utf8)
      let start = bytes.count - key.count
      guard start == 0 || (start > 0 && bytes[start - 1] == UInt8(ascii: ".")) else { return false }
      return zip(bytes[start...], key).allSatisfy { $0 == $1 || $1 == UInt8(ascii: ".") }
    }
  }
}
