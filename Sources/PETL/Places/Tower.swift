/// One of the two networks of a retrieval model.
public enum Tower: String, Codable, Sendable, Hashable, CaseIterable {
  /// What turns images into features.
  case image
  /// What turns captions into features.
  case text
}
