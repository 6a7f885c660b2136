import Foundation

/// The checkout that the tests belong to.
package enum Checkout {
  /// The checkout's folder, without a slash at its end.
  package static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().standardizedFileURL.path

  /// The path of a file or folder of the checkout.
  package static func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// The text of a file of the checkout.
  package static func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }
}
