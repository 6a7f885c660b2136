import PETL

/// Chooses images or texts class by class, in an order that a seed decides.
struct SeededChoice {
  /// For each class that occurs, its images in random order.
  private let byClass: [Int: [Int]]

  /// Shuffles the images of each class by itself, so that one class does not change another's order.
  init(labels: [Int], seed: Int) {
    let indices = Dictionary(grouping: labels.indices) { labels[$0] }
    byClass = Dictionary(
      uniqueKeysWithValues: indices.map { label, indices in
        var stream = SeededStream(seed: UInt64(bitPattern: Int64(seed)), index: UInt64(label))
        return (label, stream.permutation(of: indices.count).map { indices[$0] })
      })
  }

  /// The first images of every class, in the order of the data.
  ///
  /// - Parameters:
  ///   - count: of each class.
  ///   - classes: the names of the classes.
  ///   - split: the name of the split, for the error.
  ///   - what: what examples are called in it.
  /// - Returns: the indices of the images.
  /// - Throws: `DiagnosticError` that names every class with fewer images.
  func first(
    _ count: Int, of classes: [String], split: String, what: String = "images"
  ) throws -> [Int] {
    let short = classes.indices.filter { (byClass[$0]?.count ?? 0) < count }
    guard short.isEmpty else {
      let named = short.prefix(10).map { "\(classes[$0]) (\(byClass[$0]?.count ?? 0))" }
      let rest = short.count > 10 ? " and \(short.count - 10) more" : ""
      throw DiagnosticError(
        "\(short.count) of \(classes.count) classes have fewer than \(count) \(what) in \(split): "
          + named.joined(separator: ", ") + rest,
        hints: ["choose fewer shots"])
    }
    return classes.indices.flatMap { byClass[$0]?.prefix(count) ?? [] }.sorted()
  }

  /// Parts of the images, each with the given fraction of every class, and the rest.
  ///
  /// - Parameter fractions: of each part; a class gives the nearest whole number of images to it.
  /// - Returns: the indices of each part, then those of the rest, in the order of the data.
  func parts(_ fractions: [Double]) -> [[Int]] {
    var parts = [[Int]](repeating: [], count: fractions.count + 1)
    for indices in byClass.values {
      var left = indices[...]
      for (part, fraction) in fractions.enumerated() {
        let count = Int((fraction * Double(indices.count)).rounded())
        parts[part] += left.prefix(count)
        left = left.dropFirst(count)
      }
      parts[fractions.count] += left
    }
    return parts.map { $0.sorted() }
  }
}
