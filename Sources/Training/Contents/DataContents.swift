import Checkpoints
import Datasets
import PETL
import Ranks

/// What the images of a run hold, file by file, wherever they are and whenever they were copied.
///
/// A run keeps it in `images.sha256` while it is under way: a line for each class, then one for each
/// image with the SHA-256 of its bytes, its split, the number of its class and its name.
public struct DataContents: Sendable, Equatable {
  /// The name of its file in the folder of a run.
  static let file = "images.sha256"
  /// The most bytes of images that are read for it: 32 GiB.
  private static let mostBytes = 32 << 30

  let lines: [String]

  /// Reads all images of a data set; nil where they are not files, or too many to be read just for this.
  ///
  /// - Parameters:
  ///   - dataset: whose images.
  ///   - more: what else decides the data, such as captions; a line each.
  ///   - ranks: processes that have the same images, each of which reads a part of them.
  /// - Throws: `DiagnosticError` when a file cannot be read.
  public init?(_ dataset: Dataset, more: [String] = [], _ ranks: any Ranks = SingleRank()) throws {
    var parts: [(split: Split, files: ImageFiles)] = []
    for split in dataset.splits {
      if split == .trainAndVal, !dataset.listsTrainAndVal { continue }
      guard let files = try dataset.images(of: split).files else { return nil }
      parts.append((split, files))
    }
    guard parts.reduce(0, { $0 + $1.files.bytes }) <= Self.mostBytes else { return nil }
    var lines = dataset.classes.map { "class \($0)" } + more
    for (split, files) in parts {
      lines += zip(files.items, try files.contentDigests(ranks)).map { item, digest in
        "\(digest)  \(split.rawValue) \(item.label) \(item.name)"
      }
    }
    self.lines = lines.map { String($0.map { $0.isNewline ? " " : $0 }) }
  }

  /// Takes what `text` was.
  init(text: String) { lines = text.split(separator: "\n").map(String.init) }

  /// What the file holds.
  var text: String { lines.joined(separator: "\n") + "\n" }

  /// What is not as it was, a line each; empty where all is.
  ///
  /// - Parameter now: the contents of the images as they are now.
  /// - Returns: a line for each image, the first ones by their names.
  func differences(from now: DataContents) -> [String] {
    if lines == now.lines { return [] }
    let (then, now) = (Self.byName(lines), Self.byName(now.lines))
    let names = Set(then.keys).union(now.keys).sorted()
    let changed = names.compactMap { name -> String? in
      switch (then[name], now[name]) {
      case (let old?, let new?): old == new ? nil : "other contents: \(name)"
      case (.some, nil): "no longer there: \(name)"
      default: "new: \(name)"
      }
    }
    return changed.isEmpty ? ["the order of the images"] : changed
  }

  /// The digest, or nothing, by what a line is of.
  private static func byName(_ lines: [String]) -> [String: String] {
    let pairs = lines.map { line -> (String, String) in
      guard let gap = line.firstRange(of: "  "), gap.lowerBound.utf16Offset(in: line) == 64 else {
        return (line, "")
      }
      return (String(line[gap.upperBound...]), String(line[..<gap.lowerBound]))
    }
    return Dictionary(pairs) { $0 + $1 }
  }
}
