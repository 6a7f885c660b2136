import Checkpoints
import Foundation
import PETL

extension Dataset {
  /// Finds the images of folders of classes; none is opened.
  ///
  /// Either `<root>/train/<class>/…`, with `val` (or `valid`, or `dev`) and `test` beside `train`
  /// (ImageNet's layout, as torchvision's `ImageFolder` reads each), or `<root>/<class>/…`, of which `fractions` cuts parts
  /// off. Classes are numbered in the order of their names' bytes, as in Python; so are files.
  /// Folders in the folder of a class are searched, too. Files whose names do not end like an image's
  /// and those that start with a dot are passed over.
  ///
  /// - Parameters:
  ///   - root: the folder.
  ///   - fractions: which part of each class of the training images becomes validation and test
  ///     images, where these have no folder.
  ///   - seed: of that choice.
  /// - Throws: `DiagnosticError` with every mistake: no classes, empty ones, classes of `val` or `test`
  ///   that `train` has not, images of formats that cannot be read.
  public init(
    folder root: String, fractions: (val: Double?, test: Double?) = (nil, nil), seed: Int = 0
  ) throws {
    guard FileFacts.isFolder(root) else { throw DiagnosticError(missing: root, "folder") }
    let present = try folderNames(root)
    let folders = try SplitFolders(root, present)
    let name = root.split(separator: "/").last.map(String.init) ?? root
    guard folders.paths.isEmpty else {
      try self.init(name: name, root: root, folders, fractions, seed)
      return
    }
    guard !present.isEmpty else {
      throw DiagnosticError(
        "\(root) holds no folders",
        hints: ["expected train/CLASS/*.jpg, val/…, test/…, or CLASS/*.jpg"])
    }
    guard fractions.val != nil || fractions.test != nil else {
      let near = present.compactMap { name in
        nearestName(to: name, among: ["train", "val", "test", "validation"])
          .map { _ in "'\(name)' is none of train, val, test" }
      }
      throw DiagnosticError(
        "\(root) has no folders train, val, test",
        hints: near + [
          "if its folders are classes, say which part of each is for validation or for test: "
            + "data.val_fraction, data.test_fraction"
        ])
    }
    let listing = try ClassFolders(root, classes: present)
    try self.init(
      Description(name: name, classes: present, source: root), cutting: listing.files,
      (nil, nil), fractions, seed, notes: listing.notes)
  }

  /// A root with folders of splits.
  private init(
    name: String, root: String, _ folders: SplitFolders,
    _ fractions: (val: Double?, test: Double?), _ seed: Int
  ) throws {
    for (key, fraction) in [("val", fractions.val), ("test", fractions.test)] where fraction != nil
    {
      guard let path = folders.paths[key] else { continue }
      throw DiagnosticError(
        "\(path) is there, and data.\(key)_fraction would cut off another",
        hints: ["remove one of them"])
    }
    let splits = ["train", "val", "test"].compactMap { key in
      folders.paths[key].map { (key: key, path: $0) }
    }
    let classes = try folderNames(splits[0].path)
    var mistakes: [Diagnostic] = []
    var found: [String: ImageFiles] = [:]
    var notes = folders.notes
    for (split, path) in splits {
      try mistakes.collect {
        let listing = try ClassFolders(path, classes: classes)
        found[split] = listing.files
        notes += listing.notes
      }
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(root)") }
    let description = Description(name: name, classes: classes, source: root)
    let (val, test) = (found["val"], found["test"])
    guard let train = found["train"] else {
      try self.init(
        description, sources: (nil, val.map { .files($0) }, test.map { .files($0) }), notes: notes)
      return
    }
    try self.init(description, cutting: train, (val, test), fractions, seed, notes: notes)
  }

  /// Cuts validation and test images off the training images where fractions are given.
  init(
    _ description: Description, cutting train: ImageFiles,
    _ rest: (val: ImageFiles?, test: ImageFiles?),
    _ fractions: (val: Double?, test: Double?), _ seed: Int, notes: [Note]
  ) throws {
    let all = ImageSource.files(train)
    let parts = SeededChoice(labels: all.labels, seed: seed)
      .parts([fractions.val ?? 0, fractions.test ?? 0])
    func part(_ index: Int, _ given: ImageFiles?, _ fraction: Double?) throws -> ImageSource? {
      guard fraction != nil else { return given.map { .files($0) } }
      guard !parts[index].isEmpty else {
        throw DiagnosticError(
          "the fraction \(fraction ?? 0) of \(train.origin) is no image",
          hints: ["it is taken of each class, and rounded"])
      }
      return all.selecting(parts[index])
    }
    guard !parts[2].isEmpty else {
      throw DiagnosticError("the fractions leave nothing of \(train.origin) to train on")
    }
    try self.init(
      description,
      sources: (
        all.selecting(parts[2]), try part(0, rest.val, fractions.val),
        try part(1, rest.test, fractions.test)
      ), notes: notes)
  }
}
