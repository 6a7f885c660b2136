import Training

/// One run of a sweep, as `sweep.json` keeps it.
public struct SweepEntry: Sendable, Codable, Equatable {
  /// Counted from 1, in the order in which runs were first asked for.
  public let number: Int
  /// The name of its folder within the sweep's.
  public let folder: String
  /// SHA-256 of everything that decides its outcome: the resolved recipe, the contents of weights and
  /// data, and the code of the program with its plugin files.
  public let key: String
  /// What the sweep set, by dotted key.
  public let changes: [String: String]
  /// Why it failed when it was last tried, as `failures/` keeps it; nil when it did not.
  public var failure: String?

  private enum CodingKeys: String, CodingKey {
    case number, folder, key, changes
  }
}

extension SweepEntry: BoundedFigures {
  package var faults: [String] {
    FigureBounds.count("number", number, in: 1...FigureBounds.mostCounted)
      + (Self.isFolderName(folder)
        ? []
        : ["`folder` is \(folder.debugDescription), expected the name of a folder in this one"])
  }

  /// Whether a name is that of a folder in the sweep's own, which is removed and made anew.
  static func isFolderName(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix(".") && !name.contains("/")
      && !name.unicodeScalars.contains("\0")
  }
}
