import Checkpoints
import PETL

extension Dataset {
  /// Reads a data set from one safetensors file.
  ///
  /// | in the file | what |
  /// |---|---|
  /// | `train_images`, `val_images`, `test_images` | U8 [N, H, W, C], C 1 or 3; at least one of them |
  /// | `train_labels`, `val_labels`, `test_labels` | any integer type, [N] |
  /// | metadata `classes` | a JSON list of names; without it, classes are named by their numbers |
  /// | metadata `name` | without it, the name of the file |
  /// | metadata `group`, `source`, `license`, `note` | text |
  ///
  /// - Parameter path: where the file is.
  /// - Throws: `DiagnosticError` that names the file and the tensor or the metadata.
  public init(safetensorsSet path: String) throws {
    let file = try SafetensorsFile(path: path)
    try file.checkSetNames()
    let (train, val, test) = try (file.split("train"), file.split("val"), file.split("test"))
    let labels = [train, val, test].compactMap { $0 }.flatMap(\.labels)
    let (metadata, names) = (file.metadata, try file.setClasses())
    let others = file.entries.map(\.name).filter { !setNames.contains($0) }
    let fileName = path.split(separator: "/").last.map(String.init) ?? path
    try self.init(
      Description(
        name: metadata["name"] ?? String(fileName.prefix { $0 != "." }),
        classes: names ?? (0...max(0, labels.max() ?? 0)).map(String.init),
        group: metadata["group"] ?? "", source: metadata["source"] ?? "",
        licence: metadata["license"] ?? "", note: metadata["note"] ?? "",
        hasOnlyNumbers: names == nil),
      train: train, val: val, test: test,
      notes: others.isEmpty
        ? []
        : [
          Note(
            "\(counted(others.count, "tensor")) of no part of a data set: "
              + "not read, such as `\(others[0])`", at: path)
        ])
  }
}

/// The tensors that a set may hold.
private let setNames = ["train", "val", "test"].flatMap { ["\($0)_images", "\($0)_labels"] }

extension SafetensorsFile {
  /// Throws unless there are images, and if a name looks like one of the set's misspelt.
  fileprivate func checkSetNames() throws {
    for entry in entries where !setNames.contains(entry.name) {
      guard let nearest = nearestName(to: entry.name, among: setNames) else { continue }
      throw DiagnosticError(
        "\(name): tensor `\(entry.name)` is not a part of a data set",
        hints: ["did you mean '\(nearest)'?"])
    }
    guard entries.contains(where: { setNames.contains($0.name) }) else {
      throw DiagnosticError(
        "\(name) holds no images",
        hints: ["expected tensors \(setNames.joined(separator: ", "))"])
    }
  }

  /// The images and labels of one split, or nil if the file has neither.
  fileprivate func split(_ split: String) throws -> LabelledImages? {
    let origin = LabelledImages.Origin(
      file: name, images: "\(split)_images", labels: "\(split)_labels")
    let (images, labels) = (entry(origin.images), entry(origin.labels))
    if images == nil && labels == nil { return nil }
    guard let images, labels != nil else {
      let (found, missing) =
        images == nil ? (origin.labels, origin.images) : (origin.images, origin.labels)
      throw DiagnosticError("\(name): tensor `\(found)` has no `\(missing)` beside it")
    }
    guard images.type == .u8 else {
      throw DiagnosticError(
        "\(name): tensor `\(origin.images)` is \(images.type.rawValue)",
        hints: ["expected U8, the pixels as bytes"])
    }
    let classes = try integers(origin.labels)
    let bounds = 0..<Dataset.mostClasses
    if let index = classes.firstIndex(where: { !bounds.contains($0) }) {
      throw DiagnosticError(
        "\(name): tensor `\(origin.labels)`: image \(index) has label \(classes[index])",
        hints: ["expected the number of a class, 0...\(Dataset.mostClasses - 1)"])
    }
    return try LabelledImages(
      images: bytes(origin.images), shape: images.shape, labels: classes, origin: origin)
  }

  /// The names of the classes, if the metadata has them.
  fileprivate func setClasses() throws -> [String]? {
    guard let text = metadata["classes"] else { return nil }
    let list = try JSONValue(parsing: Array(text.utf8), name: "\(name): metadata `classes`")
    let names = list.elements?.compactMap(\.text)
    guard let names, !names.isEmpty, names.count == list.elements?.count else {
      throw DiagnosticError(
        "\(name): metadata `classes` is not a list of names",
        hints: [#"expected JSON such as ["cat", "dog"]"#])
    }
    return names
  }
}
