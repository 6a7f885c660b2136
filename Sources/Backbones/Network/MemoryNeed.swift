import Foundation
import PETL

/// What something will take of memory at least, reckoned before any of it is asked for.
///
/// In floating point: no number of a recipe, a file or the command line overflows it.
public struct MemoryNeed: Sendable {
  /// The bytes.
  public let bytes: Double

  /// A number of bytes.
  public init(bytes: Double) { self.bytes = bytes }

  /// A forward pass: the images, and of one block the stream, query, key and value, and what is inside
  /// the MLP.
  ///
  /// - Parameters:
  ///   - images: how many at once.
  ///   - imageSize: the side of each in pixels.
  ///   - tokens: of each.
  ///   - width: of a token.
  public init(images: Int, imageSize: Int, tokens: Int, width: Int) {
    let pixels = 3 * Double(imageSize) * Double(imageSize)
    bytes = 4 * Double(images) * (pixels + 8 * Double(tokens) * Double(width))
  }

  /// The memory of this machine, in bytes.
  public static var available: Double { Double(ProcessInfo.processInfo.physicalMemory) }

  /// Refuses what this machine cannot hold.
  ///
  /// - Parameters:
  ///   - what: begins the sentence, as "a batch of 64 images".
  ///   - available: the memory there is; that of this machine when nothing is said.
  ///   - hints: what to do.
  /// - Throws: `DiagnosticError` with what is needed and what is there.
  public func require(
    for what: String, available: Double = Self.available, hints: [String]
  ) throws {
    guard !(bytes <= available) else { return }
    throw DiagnosticError(
      "\(what) takes at least \(memoryWords(bytes)) of memory, this machine has "
        + memoryWords(available), hints: hints)
  }
}

extension Backbone {
  /// Refuses a batch of images that this machine cannot hold.
  ///
  /// - Parameters:
  ///   - images: how many at once.
  ///   - hint: what to do.
  /// - Throws: `DiagnosticError` with what is needed and what is there.
  public func requireMemory(forBatch images: Int, hint: String) throws {
    try MemoryNeed(images: images, imageSize: imageSize, tokens: tokens, width: width).require(
      for: "a batch of \(images) images of \(imageSize) px", hints: [hint])
  }
}
