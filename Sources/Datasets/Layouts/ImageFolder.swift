import Foundation
import PETL

extension Dataset {
  /// Finds the images of folders of classes; none is opened.
  ///
  /// Either `<root>/train/<class>/…`, with `val` and `test` beside `train` (ImageNet's layout, as
  /// torchvision's `ImageFolder` reads each), or `<root>/<class>/…`, of which `fractions` cuts parts
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
    guard FileFacts.isFolder(root) else { throw DiagnosticError("there is no folder \(root)") }
    let present = try folderNames(root)
    let splits = ["train", "val", "test"].filter(present.contains)
    let name = root.split(separator: "/").last.map(String.init) ?? root
    guard splits.isEmpty else {
      try self.init(name: name, root: root, splits: splits, others: present, fractions, seed)
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
      (nil, nil), fractions, seed)
  }

  /// A root with folders of splits.
  private init(
    name: String, root: String, splits: [String], others: [String],
    _ fractions: (val: Double?, test: Double?), _ seed: Int
  ) throws {
    for other in others where !splits.contains(other) {
      guard let meant = nearestName(to: other, among: ["train", "val", "test", "validation"])
      else { continue }
      throw DiagnosticError(
        "\(root)/\(other) is not a split",
        hints: [
          "did you mean '\(meant == "validation" ? "val" : meant)'? The splits are train, val, test"
        ])
    }
    for (key, fraction) in [("val", fractions.val), ("test", fractions.test)]
    where fraction != nil && splits.contains(key) {
      throw DiagnosticError(
        "\(root)/\(key) is there, and data.\(key)_fraction would cut off another",
        hints: ["remove one of them"])
    }
    let first = splits[0]
    let classes = try folderNames("\(root)/\(first)")
    var mistakes: [Diagnostic] = []
    var found: [String: ImageFiles] = [:]
    for split in splits {
      do {
        found[split] = try ClassFolders("\(root)/\(split)", classes: classes).files
      } catch let error as DiagnosticError {
        mistakes += error.diagnostics
      }
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(root)") }
    let description = Description(name: name, classes: classes, source: root)
    let (val, test) = (found["val"], found["test"])
    guard let train = found["train"] else {
      try self.init(description, sources: (nil, val.map { .files($0) }, test.map { .files($0) }))
      return
    }
    try self.init(description, cutting: train, (val, test), fractions, seed)
  }

  /// Cuts validation and test images off the training images where fractions are given.
  init(
    _ description: Description, cutting train: ImageFiles,
    _ rest: (val: ImageFiles?, test: ImageFiles?),
    _ fractions: (val: Double?, test: Double?), _ seed: Int
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
      ))
  }
}

/// The images of the folders of classes of one split.
struct ClassFolders {
  let files: ImageFiles

  /// Searches the folders.
  ///
  /// - Parameters:
  ///   - root: the folder of the split.
  ///   - classes: the names of all classes, in order.
  /// - Throws: `DiagnosticError` with every mistake.
  init(_ root: String, classes: [String]) throws {
    let present = try folderNames(root)
    var mistakes: [Diagnostic] = []
    if present.isEmpty {
      mistakes.append(
        Diagnostic("\(root) holds no folders", hints: ["expected one folder for each class"]))
    }
    for name in present where !classes.contains(name) {
      let nearest = nearestName(to: name, among: classes).map { ["did you mean '\($0)'?"] } ?? []
      mistakes.append(
        Diagnostic("\(root)/\(name) is not a class of the other splits", hints: nearest))
    }
    var items: [ImageFiles.Item] = []
    for (label, name) in classes.enumerated() where present.contains(name) {
      let found = ImageFiles.Item.below("\(root)/\(name)", label: label, root: root)
      items += found.items
      mistakes += found.mistakes
      if found.items.isEmpty, found.mistakes.isEmpty {
        mistakes.append(
          Diagnostic("\(root)/\(name) holds no image", hints: ["expected .jpg, .jpeg or .png"]))
      }
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(root)") }
    files = ImageFiles(items, origin: root)
  }
}

extension ImageFiles.Item {
  /// The images of a folder and the folders in it, in the order of torchvision's `ImageFolder`.
  static func below(
    _ folder: String, label: Int, root: String
  ) -> (items: [ImageFiles.Item], mistakes: [Diagnostic]) {
    var items: [ImageFiles.Item] = []
    var mistakes: [Diagnostic] = []
    var folders: [String] = []
    let names: [String]
    do {
      names = try entryNames(folder)
    } catch {
      return ([], (error as? DiagnosticError)?.diagnostics ?? [])
    }
    for name in names {
      let path = "\(folder)/\(name)"
      let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
      if ImageFormat.endings.contains(ending) {
        let short = String(path.dropFirst(root.count).drop { $0 == "/" })
        do {
          items.append(try ImageFiles.Item(path: path, name: short, label: label, place: nil))
        } catch {
          mistakes += (error as? DiagnosticError)?.diagnostics ?? []
        }
      } else if ImageFormat.otherEndings.contains(ending) {
        mistakes.append(
          Diagnostic("\(path): .\(ending) files are not read", hints: ["expected JPEG or PNG"]))
      } else if FileFacts.isFolder(path) {
        folders.append(path)
      }
    }
    for folder in folders {
      let found = below(folder, label: label, root: root)
      items += found.items
      mistakes += found.mistakes
    }
    return (items, mistakes)
  }
}

/// The names in a folder that do not start with a dot, in the order of their bytes.
///
/// - Throws: `DiagnosticError` when the folder cannot be read.
private func entryNames(_ folder: String) throws -> [String] {
  do {
    return try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  } catch {
    throw DiagnosticError("the folder \(folder) cannot be read: \(error.localizedDescription)")
  }
}

/// The names of the folders in a folder that do not start with a dot, in the order of their bytes.
///
/// - Throws: `DiagnosticError` when the folder cannot be read.
func folderNames(_ folder: String) throws -> [String] {
  try entryNames(folder).filter { FileFacts.isFolder("\(folder)/\($0)") }
}
