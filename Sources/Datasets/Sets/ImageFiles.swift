import PETL

/// The images of a split as files, not decoded yet, and the class of each.
public struct ImageFiles: Sendable {
  /// One file.
  public struct Item: Sendable {
    /// Where it is.
    public let path: String
    /// As the list or the folder has it.
    public let name: String
    /// Its class, counted from 0.
    public let label: Int
    /// Where the list names it; nil for a folder's.
    public let place: SourceSpan?
    /// Its bytes.
    let size: Int
    /// When it was last changed, in nanoseconds since 1970.
    let changed: Int
    /// The file itself, whatever its path.
    let id: FileID
  }

  /// The files, in order.
  public let items: [Item]
  /// The list or folder that they are from.
  public let origin: String

  /// Takes files.
  init(_ items: [Item], origin: String) {
    (self.items, self.origin) = (items, origin)
  }

  /// All that decides what the files hold, short of reading them.
  ///
  /// A line for each: its path, size and time of change.
  public var identity: String {
    items.map { "\($0.path)\t\($0.size)\t\($0.changed)" }.joined(separator: "\n")
  }
}

/// The images of a split, in memory or as files.
public enum ImageSource: Sendable {
  /// Pixels of one size.
  case pixels(LabelledImages)
  /// Files of any sizes.
  case files(ImageFiles)

  /// The number of images.
  public var count: Int { labels.count }

  /// The class of each image, counted from 0.
  public var labels: [Int] {
    switch self {
    case .pixels(let images): images.labels
    case .files(let files): files.items.map(\.label)
    }
  }

  /// The images, if they are in memory.
  public var pixels: LabelledImages? {
    if case .pixels(let images) = self { images } else { nil }
  }

  /// The files, if that is what the images are.
  public var files: ImageFiles? {
    if case .files(let files) = self { files } else { nil }
  }

  /// What the images are from, for sentences.
  public var origin: String {
    switch self {
    case .pixels(let images): images.origin.file
    case .files(let files): files.origin
    }
  }

  /// The images at `indices`, in that order.
  public func selecting(_ indices: [Int]) -> ImageSource {
    switch self {
    case .pixels(let images): .pixels(images.selecting(indices))
    case .files(let files):
      .files(ImageFiles(indices.map { files.items[$0] }, origin: files.origin))
    }
  }

  /// These images followed by those of another split of the same data set.
  ///
  /// - Throws: `DiagnosticError` if pixels in memory differ in size.
  public func joined(with other: ImageSource) throws -> ImageSource {
    switch (self, other) {
    case (.pixels(let first), .pixels(let second)): return .pixels(try first.joined(with: second))
    case (.files(let first), .files(let second)):
      let origin = first.origin == second.origin ? first.origin : "\(first.origin)+\(second.origin)"
      return .files(ImageFiles(first.items + second.items, origin: origin))
    default: stopProgram("The splits of a data set are of one kind.")
    }
  }
}
