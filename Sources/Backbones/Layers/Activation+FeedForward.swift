import PETL

extension Activation {
  /// The function where a feed-forward branch with it is one operation; nil of others.
  var ofFeedForward: FeedForwardFunction? {
    switch self {
    case .gelu: .gelu
    case .quickGELU: .quickGELU
    default: nil
    }
  }
}
