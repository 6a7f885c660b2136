import PETL

/// A part of a data set with a purpose of its own.
public enum Split: String, Sendable, CaseIterable {
  /// What is learned from.
  case train
  /// What choices (epochs, λ, scale) are made on.
  case val
  /// What is reported; nothing is chosen on it.
  case test
  /// Training and validation images together: VTAB-1K's `train800val200`, for the final run.
  case trainAndVal = "train+val"
}

/// A classification task: images with labels in up to three splits, and where they come from.
public struct Dataset: Sendable {
  /// What is known about a data set beside its images.
  public struct Description: Sendable {
    /// The name that recipes and reports use.
    public var name: String
    /// The names of the classes; a label is an index into them.
    public var classes: [String]
    /// The group whose mean VTAB reports: natural, specialised or structured.
    public var group: String
    /// Where the images come from, with the attribution that the licence asks for.
    public var source: String
    /// The licence of the images.
    public var licence: String
    /// Anything else worth knowing.
    public var note: String
    /// Whether the data have numbers in the place of names: a class is then named by its number.
    public var hasOnlyNumbers: Bool

    /// Describes a data set.
    public init(
      name: String, classes: [String], group: String = "", source: String = "",
      licence: String = "", note: String = "", hasOnlyNumbers: Bool = false
    ) {
      self.name = name
      self.classes = classes
      self.group = group
      self.source = source
      self.licence = licence
      self.note = note
      self.hasOnlyNumbers = hasOnlyNumbers
    }
  }

  /// Name, classes, origin and licence.
  public let description: Description
  /// The training images.
  public let train: ImageSource?
  /// The validation images.
  public let val: ImageSource?
  /// The test images.
  public let test: ImageSource?
  /// Training and validation images, where these have a list of their own.
  private let listedTrainAndVal: ImageSource?
  /// What the user should know of files that are there and are not read, a sentence each.
  public let notes: [Note]

  /// The most classes that a data set may have; every class has a row in the head.
  public static let mostClasses = 1 << 20

  /// Takes the splits of a data set, any of which may be missing, but not all.
  ///
  /// - Parameters:
  ///   - description: name, classes, origin and licence.
  ///   - train: the training images.
  ///   - val: the validation images.
  ///   - test: the test images.
  ///   - notes: what the user should know, a sentence each.
  /// - Throws: `DiagnosticError` if there is no split, or a label is not that of a class.
  public init(
    _ description: Description, train: LabelledImages? = nil, val: LabelledImages? = nil,
    test: LabelledImages? = nil, notes: [Note] = []
  ) throws {
    for split in [train, val, test].compactMap({ $0 }) {
      try split.checkLabels(below: description.classes.count)
    }
    try self.init(
      description,
      sources: (train.map { .pixels($0) }, val.map { .pixels($0) }, test.map { .pixels($0) }),
      notes: notes)
  }

  /// Takes splits whose labels were checked.
  ///
  /// - Throws: `DiagnosticError` if there is none.
  init(
    _ description: Description,
    sources: (train: ImageSource?, val: ImageSource?, test: ImageSource?),
    trainAndVal: ImageSource? = nil, notes: [Note] = []
  ) throws {
    let (train, val, test) = sources
    guard [train, val, test, trainAndVal].contains(where: { $0 != nil }) else {
      throw DiagnosticError(
        "the data set \(description.name) has no images",
        hints: ["expected at least one of the splits train, val, test"])
    }
    self.description = description
    (self.train, self.val, self.test) = (train, val, test)
    listedTrainAndVal = trainAndVal
    self.notes = notes
  }

  /// The name that recipes and reports use.
  public var name: String { description.name }

  /// Whether `train+val` has a list of its own, and is not just both its halves.
  public var listsTrainAndVal: Bool { listedTrainAndVal != nil }

  /// The names of the classes; a label is an index into them.
  public var classes: [String] { description.classes }

  /// The splits there are, `train+val` among them if it has a list or both its halves are there.
  public var splits: [Split] {
    var present: [Split] = []
    if train != nil { present.append(.train) }
    if val != nil { present.append(.val) }
    if test != nil { present.append(.test) }
    if listedTrainAndVal != nil || (train != nil && val != nil) { present.append(.trainAndVal) }
    return present
  }

  /// The images of one split.
  ///
  /// - Throws: `DiagnosticError` that lists the splits there are, if this one is missing.
  public func images(of split: Split) throws -> ImageSource {
    switch split {
    case .train: if let train { return train }
    case .val: if let val { return val }
    case .test: if let test { return test }
    case .trainAndVal:
      if let listedTrainAndVal { return listedTrainAndVal }
      if let train, let val { return try train.joined(with: val) }
    }
    throw DiagnosticError(
      "the data set \(name) has no split \(split.rawValue)",
      hints: ["expected one of: \(splits.map(\.rawValue).joined(separator: ", "))"])
  }

  /// The data set with fewer images to measure, spread over each split; those to train on stay.
  ///
  /// - Parameter count: the most images of a split that is not trained on, at least 1.
  /// - Returns: the data set with smaller validation and test splits.
  /// - Throws: `DiagnosticError` as the making of a data set.
  public func measuring(atMost count: Int) throws -> Dataset {
    func spread(_ images: ImageSource?) -> ImageSource? {
      guard let images, images.count > count else { return images }
      return images.selecting((0..<count).map { $0 * images.count / count })
    }
    return try Dataset(
      description, sources: (train, spread(val), spread(test)), trainAndVal: listedTrainAndVal,
      notes: notes)
  }

  /// The data set with `shots` images of each class to train on, chosen by a seed.
  ///
  /// The same seed chooses the same images on every machine; they stay in the order of the data, and
  /// with the same seed fewer shots are a part of more. `train+val` gets as many of its own.
  ///
  /// - Parameters:
  ///   - shots: images of each class.
  ///   - seed: of the choice.
  /// - Returns: the data set with smaller training splits.
  /// - Throws: `DiagnosticError` that names every class with fewer images.
  public func fewShot(_ shots: Int, seed: Int) throws -> Dataset {
    func chosen(_ split: Split) throws -> ImageSource? {
      guard splits.contains(split) else { return nil }
      let images = try images(of: split)
      return images.selecting(
        try SeededChoice(labels: images.labels, seed: seed)
          .first(shots, of: classes, split: split.rawValue))
    }
    return try Dataset(
      description, sources: (chosen(.train), val, test), trainAndVal: chosen(.trainAndVal),
      notes: notes)
  }
}
