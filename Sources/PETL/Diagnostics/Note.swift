/// Something that the user should know though the work goes on: a sentence that says what it is.
public struct Note: Sendable, Hashable {
  /// How much a note matters.
  public enum Kind: String, Sendable, CaseIterable {
    /// It was found, or done as usual.
    case remark
    /// It could not be known, and was taken to be so.
    case guess
    /// The result may not be what the user wants.
    case warning
  }

  /// How much it matters.
  public let kind: Kind
  /// One sentence without a full stop.
  public let sentence: String
  /// The file, folder or data set that it is about, where the sentence does not name it.
  public let place: String?
  /// The tower of a network that it is about; nil for all of it.
  public let tower: Tower?

  /// Makes a note.
  ///
  /// - Parameters:
  ///   - sentence: without a full stop.
  ///   - kind: how much it matters.
  ///   - place: put before the sentence; nil where that names it itself.
  ///   - tower: that it is about; nil for the whole network.
  public init(
    _ sentence: String, kind: Kind = .remark, at place: String? = nil, tower: Tower? = nil
  ) {
    (self.kind, self.sentence, self.place, self.tower) = (kind, sentence, place, tower)
  }

  /// A note that the result may not be what the user wants.
  public static func warning(_ sentence: String, at place: String? = nil) -> Note {
    Note(sentence, kind: .warning, at: place)
  }

  /// A note that something was taken to be so.
  public static func guess(_ sentence: String, at place: String? = nil) -> Note {
    Note(sentence, kind: .guess, at: place)
  }

  /// A diagnostic that the work goes on after, with its place and its hints.
  package init(_ diagnostic: Diagnostic) {
    self.init(
      diagnostic.description.replacing(
        "\(diagnostic.severity.rawValue): ", with: "", maxReplacements: 1),
      kind: diagnostic.severity == .warning ? .warning : .remark)
  }

  /// The place and the sentence.
  public var statement: String { place.map { "\($0): \(sentence)" } ?? sentence }
}

extension Note: CustomStringConvertible {
  /// The word that a warning begins with.
  private static let mark = "warning: "

  /// The note as it is printed and stored: a warning says that it is one.
  public var description: String { kind == .warning ? Self.mark + statement : statement }

  /// Reads what `description` gave; a guess comes back as a remark.
  init(stored text: String) {
    self =
      text.hasPrefix(Self.mark)
      ? .warning(String(text.dropFirst(Self.mark.count))) : Note(text)
  }
}

extension Note: ExpressibleByStringInterpolation {
  /// A remark.
  public init(stringLiteral value: String) { self.init(value) }
}

extension Note: Codable {
  /// Reads the text that a note is stored as.
  public init(from decoder: any Decoder) throws {
    self.init(stored: try decoder.singleValueContainer().decode(String.self))
  }

  /// Stores the note as its text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
