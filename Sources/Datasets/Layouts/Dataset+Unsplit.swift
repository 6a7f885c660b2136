import PETL

extension Dataset {
  /// Finds the images of folders of classes that are not split: all of them are `test`.
  ///
  /// - Parameter root: with a folder for each class, in the order of their names' bytes.
  /// - Throws: `DiagnosticError` with every mistake.
  public init(unsplit root: String) throws {
    let classes = try folderNames(root)
    let found = try ClassFolders(root, classes: classes)
    let name = root.split(separator: "/").last.map(String.init) ?? root
    try self.init(
      Description(name: name, classes: classes, source: root),
      sources: (nil, nil, .files(found.files)), notes: found.notes)
  }
}
