import PETL

extension Dataset {
  /// What the user should know before training on a split, a sentence each: classes that cannot be
  /// learned, images that are in two splits, splits that are missing, files that are not read.
  ///
  /// - Parameter split: that is trained on.
  /// - Returns: none where all is well.
  public func remarks(training split: Split) -> [Note] {
    [withoutImages(split), sharedImages(), missingSplits(split)].compactMap { $0 } + notes
  }

  /// Classes that the head has and no image of the training split is of.
  private func withoutImages(_ split: Split) -> Note? {
    guard let train = try? images(of: split) else { return nil }
    let trained = Set(train.labels)
    let missing = classes.indices.filter { !trained.contains($0) }
    guard !missing.isEmpty else { return nil }
    let others = [(Split.val, val), (.test, test)].filter { split != .trainAndVal || $0.0 != .val }
    let counts = others.compactMap { name, images in
      images.map { (name, Dictionary($0.labels.map { ($0, 1) }, uniquingKeysWith: +)) }
    }
    let shown = 10
    let named = missing.prefix(shown).map { label in
      let elsewhere = counts.compactMap { split, counts in
        counts[label].map { "\($0) in \(split.rawValue)" }
      }
      return classes[label] + (elsewhere.isEmpty ? "" : " (\(elsewhere.joined(separator: ", ")))")
    }
    let rest = missing.count > shown ? " and \(missing.count - shown) more" : ""
    let list = named.joined(separator: ", ") + rest
    let isOne = missing.count == 1
    guard description.hasOnlyNumbers else {
      return .warning(
        "\(counted(missing.count, "class", "classes")) of \(name) \(isOne ? "has" : "have") "
          + "no training image and cannot be learned: \(list)")
    }
    let base =
      missing == [0] ? "; if they count from 1, class 0 is one that does not exist" : ""
    return .warning(
      "no training image of \(name) has the label \(list), though labels go up to "
        + "\(classes.count - 1)\(base)")
  }

  /// Images that are in more than one split or class.
  private func sharedImages() -> Note? {
    var found: [FileID: (split: Split, item: ImageFiles.Item)] = [:]
    var shared: [(String, String)] = []
    for (split, images) in [(Split.train, train), (.val, val), (.test, test)] {
      for item in images?.files?.items ?? [] {
        guard let other = found.updateValue((split, item), forKey: item.id),
          other.split != split || other.item.label != item.label
        else { continue }
        shared.append(
          (
            "\(other.item.path) of \(other.split.rawValue)",
            item.path == other.item.path && other.split != split
              ? split.rawValue : "\(item.path) of \(split.rawValue)"
          ))
      }
    }
    guard let first = shared.first else { return nil }
    let more = shared.count > 1 ? ", and \(shared.count - 1) more like it" : ""
    return .warning(
      "the same file is in two splits or classes of \(name): \(first.0) is also "
        + "\(first.1)\(more)")
  }

  private func missingSplits(_ split: Split) -> Note? {
    let missing = [
      (val == nil && split == .train, "validation"), (test == nil, "test"),
    ].filter(\.0).map(\.1)
    return missing.isEmpty ? nil : "\(name) has no \(missing.joined(separator: " and no ")) split"
  }
}
