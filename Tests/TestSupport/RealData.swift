import Foundation
import Testing

/// Real weights and images, which no test needs that can do without them.
///
/// They are taken from the folder that the environment names, `PETL_DATA`; without it from
/// `../shared/data` beside the checkout. Tests/Fixtures/real_data.py says the same for Python.
package enum RealData {
  /// The folder with `weights`, `sets` and `folders`.
  package static let folder =
    ProcessInfo.processInfo.environment["PETL_DATA"]
    ?? URL(filePath: Checkout.path("../shared/data")).standardizedFileURL.path

  /// ViT-Ti/16 of 224-pixel images, as timm has it.
  package static let weights = path("weights/vit_tiny_patch16_224.safetensors")
  /// Ten classes of clothes, 56 pixels wide.
  package static let clothes = set("clothing10")
  /// Tasks of photographs in folders, with VTAB's lists.
  package static let folders = path("folders")

  /// Whether the data are there.
  package static let isPresent = [weights, clothes, folders].allSatisfy {
    FileManager.default.fileExists(atPath: $0)
  }

  /// The reason why a test that needs them is left out.
  package static let absence: Comment = "real weights and images are not here (PETL_DATA)"

  /// A set of images in a safetensors file.
  package static func set(_ name: String) -> String { path("sets/\(name).safetensors") }

  private static func path(_ name: String) -> String { "\(folder)/\(name)" }
}
