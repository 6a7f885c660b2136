import PETL

extension [Note] {
  /// The notes as they are printed.
  public var words: [String] { map(\.description) }
}
