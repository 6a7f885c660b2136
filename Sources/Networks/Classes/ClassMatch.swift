import Checkpoints
import Datasets
import PETL

/// Which class of a head each class of a data set is.
public struct ClassMatch: Sendable {
  /// The class of the head, by the label of the data set; nil for a class without images that the head
  /// has not.
  let indices: [Int?]
  /// The name of each class of the head.
  public let names: [String]
  /// What the user should know, a sentence each.
  public let notes: [Note]

  /// Whether every label of the data set is that of the same class of the head.
  public var isIdentity: Bool {
    indices.count == names.count && zip(indices, 0...).allSatisfy { $0 == $1 }
  }

  /// The class of the head of an image.
  ///
  /// - Parameter label: of an image of the data set.
  /// - Returns: an index into `names`.
  public func index(of label: Int) -> Int {
    guard let index = indices[label] else {
      stopProgram("The label \(label) was of no image when the classes were matched.")
    }
    return index
  }
}

/// The classes of a head, to be matched with those of a data set: by name wherever both have names.
public struct HeadClasses: Sendable {
  /// What has the head, for messages.
  let owner: String
  /// How many classes there are.
  let count: Int
  /// Their names; their numbers where they have none.
  let names: [String]
  /// Whether they have no names.
  let hasOnlyNumbers: Bool

  /// Describes the classes of a head.
  ///
  /// Names that only count, 0, 1, 2 … or LABEL_0, LABEL_1 …, are numbers, but for those of folders.
  ///
  /// - Parameters:
  ///   - owner: what has the head, for messages.
  ///   - count: how many classes there are.
  ///   - names: their names; nil where nothing names them, and passed over where they are not as many.
  ///   - areWords: whether names are names even if they look like numbers.
  public init(owner: String, count: Int, names: [String]?, areWords: Bool) {
    (self.owner, self.count) = (owner, count)
    let numbers = (0..<count).map(String.init)
    let given = names.flatMap { $0.count == count ? $0 : nil }
    let isCounting = given == numbers || given == numbers.map { "LABEL_\($0)" }
    hasOnlyNumbers = given == nil || (isCounting && !areWords)
    self.names = hasOnlyNumbers ? numbers : given ?? numbers
  }

  /// Matches the classes of a data set.
  ///
  /// Where both have names, names decide: order means nothing, and a part of the classes is enough.
  /// Numbers are compared with numbers. Where one has names and the other only numbers, and none of the
  /// names is such a number, classes are taken in their order, and a note says so.
  ///
  /// - Parameter dataset: whose labels become classes of the head.
  /// - Returns: the class of the head of every label that an image has.
  /// - Throws: `DiagnosticError` that names every class that the head has not, or says that the counts
  ///   do not fit.
  public func matched(with dataset: Dataset) throws -> ClassMatch {
    let classes = dataset.classes
    if classes.map(ExactName.init) == names.map(ExactName.init) {
      return ClassMatch(indices: Array(0..<count), names: names, notes: [])
    }
    let numbers = dataset.description.hasOnlyNumbers
    // More classes than there are numbers are no matter of names.
    if !(numbers && hasOnlyNumbers), !(hasOnlyNumbers && classes.count > count) {
      let used = usedClasses(of: dataset)
      let known = Set(names.map(ExactName.init))
      let isAnyKnown = used.contains { known.contains(ExactName(classes[$0])) }
      if isAnyKnown || !(numbers || hasOnlyNumbers) { return try byName(dataset, used) }
    }
    guard classes.count == count else {
      throw DiagnosticError(
        "the head of \(owner) has \(count) classes, data set '\(dataset.name)' has "
          + "\(classes.count)",
        hints: ["petl predict gives the logits of any head on any images"])
    }
    let note =
      numbers
      ? "the head of \(owner) names its classes, and data set '\(dataset.name)' has numbers only: "
        + "it is assumed that they count the names, 0 for '\(names[0])'"
      : "data set '\(dataset.name)' names its classes, and the head of \(owner) has numbers only: "
        + "it is assumed that they count the names in their order, 0 for '\(classes[0])'"
    return ClassMatch(
      indices: Array(0..<count), names: hasOnlyNumbers ? classes : names, notes: [.guess(note)])
  }

  /// The labels of all images of a data set.
  private func usedClasses(of dataset: Dataset) -> [Int] {
    let images = dataset.splits.compactMap { split in
      split == .trainAndVal && dataset.train != nil ? nil : try? dataset.images(of: split)
    }
    return images.reduce(into: Set<Int>()) { $0.formUnion($1.labels) }.sorted()
  }

  private func byName(_ dataset: Dataset, _ used: [Int]) throws -> ClassMatch {
    let known = Dictionary(grouping: names.indices) { ExactName(names[$0]) }
    let classes = dataset.classes.map(ExactName.init)
    let unknown = used.filter { known[classes[$0]] == nil }
    guard unknown.isEmpty else {
      throw unknownClasses(unknown.map { classes[$0].text }, dataset, used)
    }
    let unclear = used.filter { known[classes[$0]]?.count != 1 }.map { classes[$0] }
    let twice = Dictionary(grouping: used) { classes[$0] }.filter { $0.value.count > 1 }.keys
    guard unclear.isEmpty, twice.isEmpty else {
      let name = (unclear.first ?? twice.sorted()[0]).text
      throw DiagnosticError(
        "'\(name)' is the name of several classes of "
          + (unclear.isEmpty ? "data set '\(dataset.name)'" : "the head of \(owner)"),
        hints: ["classes are matched by their names: give each its own"])
    }
    var notes: [Note] = []
    if used.count < count {
      notes.append(
        Note(
          "data set '\(dataset.name)' has images of \(used.count) of the \(count) classes of the "
            + "head of \(owner), which still answers with all of them: "
            + Self.list(used.map { classes[$0].text })))
    }
    return ClassMatch(indices: classes.map { known[$0]?.first }, names: names, notes: notes)
  }

  private func unknownClasses(
    _ unknown: [String], _ dataset: Dataset, _ used: [Int]
  ) -> DiagnosticError {
    if unknown.count == used.count {
      return DiagnosticError(
        "data set '\(dataset.name)' and the head of \(owner) have no class in common",
        hints: [
          "data set: \(Self.list(unknown))", "head: \(Self.list(names))",
          "classes are matched by their names; petl predict gives the logits on any images",
        ])
    }
    let isOne = unknown.count == 1
    let meant = unknown.prefix(10).compactMap { name in
      // Of a short name everything is near.
      (name.count < 3 ? nil : nearestName(to: name, among: names))
        .map { "'\(name)': did you mean '\($0)'?" }
    }
    return DiagnosticError(
      "the head of \(owner) does not know \(isOne ? "the class" : "the classes") "
        + "\(Self.list(unknown)) of data set '\(dataset.name)'",
      hints: meant + [
        "head: \(Self.list(names))",
        "classes are matched by their names: rename or remove \(isOne ? "it" : "them"), or ask "
          + "petl predict",
      ])
  }

  /// Names for a sentence: the first ones, and how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = 10
    let quoted = names.prefix(shown).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > shown ? "\(quoted) and \(names.count - shown) more" : quoted
  }
}
