import Checkpoints
import Foundation
import PETL

/// Reads YAML 1.1, strictly, into nodes that know where they stand.
///
/// A key that stands twice, a tag outside YAML's core, a key that is not a scalar and a second
/// document are mistakes; aliases and `<<` are expanded within bounds. All mistakes that can be
/// found are thrown together, as one `DiagnosticError`.
package enum YAMLReader {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - places: where relative paths in it are looked for; nil for those of a recipe.
  /// - Returns: its mapping, list or scalar.
  /// - Throws: `DiagnosticError` with every mistake of the text.
  package static func read(path: String, places: PathPlaces? = nil) throws -> ConfigurationNode {
    switch try FileKind(at: path) {
    case nil, .folder:
      throw DiagnosticError(missing: path, "file") {
        $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") || FileKind.seen(at: $0) == .folder
      }
    default:
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
      return try parse(
        bytes: readStart(of: path, count: YAMLLimits.bytes + 1), name: path,
        places: places ?? PathPlaces(own: folder))
    }
  }

  /// Parses a text; `name` is what messages call it.
  package static func parse(text: String, name: String) throws -> ConfigurationNode {
    try parse(bytes: Array(text.utf8), name: name)
  }

  /// Parses the bytes of a file.
  static func parse(
    bytes: [UInt8], name: String, places: PathPlaces = PathPlaces()
  ) throws -> ConfigurationNode {
    guard bytes.count <= YAMLLimits.bytes else {
      throw DiagnosticError(
        "'\(name)' is larger than \(YAMLLimits.bytes / 1024) KiB, which no recipe needs to be",
        hints: ["weights are given with --weights"])
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    let locator = SpanLocator(
      SourceText(name: name, text: String(decoding: content, as: UTF8.self), places: places))
    try checkEncoding(content, locator)
    guard let root = try parse(content, locator) else {
      throw DiagnosticError("'\(name)' is empty")
    }
    return root
  }

  /// Parses UTF-8 whose places `locator` knows; nil when there is nothing but comments.
  static func parse(
    _ bytes: some Collection<UInt8>, _ locator: SpanLocator
  ) throws -> ConfigurationNode? {
    var builder = YAMLBuilder(YAMLEvents(bytes), locator)
    var root: ConfigurationNode?
    do {
      root = try builder.document()
    } catch let problem as YAMLProblem {
      builder.mistakes.append(Diagnostic(problem, locator, bytes))
    } catch is YAMLBuilder.Stop {
      root = nil
    }
    guard builder.mistakes.isEmpty else { throw DiagnosticError(listed(builder.mistakes)) }
    return root
  }

  /// The mistakes in the order of their positions, as many as are worth reading.
  private static func listed(_ mistakes: [Diagnostic]) -> [Diagnostic] {
    let sorted = mistakes.enumerated().sorted { left, right in
      let (a, b) = (left.element.span, right.element.span)
      return (a?.line ?? 0, a?.column ?? 0, left.offset)
        < (b?.line ?? 0, b?.column ?? 0, right.offset)
    }.map(\.element)
    guard sorted.count > YAMLLimits.mistakes else { return sorted }
    let rest = sorted.count - YAMLLimits.mistakes
    return sorted.prefix(YAMLLimits.mistakes) + [Diagnostic("and \(rest) more mistakes")]
  }
}
