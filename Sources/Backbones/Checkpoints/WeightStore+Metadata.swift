import Checkpoints
import PETL

/// What our own files say of their network in their metadata.
extension WeightStore {
  /// A whole number of the metadata, if it is there.
  ///
  /// - Throws: `DiagnosticError` when it is something else.
  func wholeNumber(_ key: String) throws -> Int? {
    try value(key, expected: "a whole number") { Int($0) }
  }

  /// A number of the metadata, if it is there.
  ///
  /// - Throws: `DiagnosticError` when it is something else.
  func number(_ key: String) throws -> Float? {
    try value(key, expected: "a number") { Float($0) }
  }

  /// The side of the images in pixels, if the metadata say it.
  ///
  /// - Throws: `DiagnosticError` when it is none that images have.
  func imageSize() throws -> Int? {
    try value("image_size", expected: "a whole number from 1 to 65536") { text in
      Int(text).flatMap { 1...65_536 ~= $0 ? $0 : nil }
    }
  }

  /// The function in the MLPs, if the metadata say it.
  ///
  /// - Throws: `DiagnosticError` when it is none that is known.
  func activation() throws -> Activation? {
    let known = Activation.allCases.filter { $0 != .none }.map(\.rawValue)
    return try value("activation", expected: "one of \(known.joined(separator: ", "))") {
      known.contains($0) ? Activation(rawValue: $0) : nil
    }
  }

  /// How the feature is pooled, if the metadata say it.
  ///
  /// - Throws: `DiagnosticError` when it is none that is known.
  func pooling() throws -> Pooling? {
    try value("pooling", expected: "token, patches or all") { Pooling(metadata: $0) }
  }

  private func value<Value>(
    _ key: String, expected: String, _ read: (String) -> Value?
  ) throws -> Value? {
    guard let text = metadata[key] else { return nil }
    if let value = read(text) { return value }
    throw DiagnosticError(
      "\(name): metadata '\(key)' is '\(text)'", hints: ["expected \(expected)"])
  }
}

extension Pooling {
  /// The word for it in metadata.
  var metadata: String {
    switch self {
    case .token: "token"
    case .patches: "patches"
    case .all: "all"
    }
  }

  /// Reads the word.
  init?(metadata: String) {
    guard let found = [Pooling.token, .patches, .all].first(where: { $0.metadata == metadata })
    else { return nil }
    self = found
  }
}
