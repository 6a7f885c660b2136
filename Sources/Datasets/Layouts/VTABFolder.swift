import Checkpoints
import PETL

extension Dataset {
  /// The lists of a task and what they are of.
  private static let vtabLists = ["train800", "val200", "train800val200", "test"]

  /// Reads the lists of a VTAB-1K task; no image is opened.
  ///
  /// The folder `<root>/<task>` holds `train800.txt`, `val200.txt`, `train800val200.txt` and `test.txt`
  /// (the layout of NOAH's `get_vtab1k.py`), of which some may be missing, and the images that they
  /// name. The folder of a known task may have any of its names.
  ///
  /// - Parameters:
  ///   - root: the folder of the tasks' folders.
  ///   - name: the name of a task.
  ///   - classes: the number of classes of a task that is not one of VTAB's 19; of one that is, nil or
  ///     the number that is known.
  /// - Throws: `DiagnosticError` with every mistake of every list, each with file and line.
  public init(vtab root: String, task name: String, classes: Int? = nil) throws {
    let task = VTAB.task(named: name)
    guard let count = task?.classes ?? classes else {
      let unknown = VTAB.unknownTask(name).diagnostics[0]
      throw DiagnosticError(
        unknown.message, hints: unknown.hints + ["a task of your own needs 'classes: N'"])
    }
    if let task, let classes, classes != count {
      throw DiagnosticError(
        "VTAB's \(task.name) has \(count) classes, not \(classes)",
        hints: ["remove 'classes'", "give the folder another name if it is another task"])
    }
    let folder = try Self.vtabFolder(root, name, task)
    let knownAs = task.map { "\($0.name) has \(count) classes" } ?? "classes: \(count) was given"
    var lists: [String: VTABList] = [:]
    var mistakes: [Diagnostic] = []
    for list in Self.vtabLists where FileFacts("\(folder)/\(list).txt") != nil {
      try mistakes.collect {
        lists[list] = try VTABList(
          path: "\(folder)/\(list).txt", folder: folder, classes: count, knownAs: knownAs)
      }
    }
    try mistakes.throwIfAny()
    guard !lists.isEmpty else {
      throw DiagnosticError(
        "\(folder) holds none of VTAB-1K's lists",
        hints: ["expected \(Self.vtabLists.map { $0 + ".txt" }.joined(separator: ", "))"])
    }
    let largest = lists.values.map(\.largest).max() ?? 0
    if let task, lists["test"] != nil, largest + 1 != count {
      throw DiagnosticError(
        "\(folder): the classes of the lists end at \(largest), but \(task.name) has \(count)",
        hints: ["give the folder another name, and 'classes', if it is another task"])
    }
    func source(_ list: String) -> ImageSource? { lists[list].map { .files($0.files) } }
    try self.init(
      Description(
        name: task?.name ?? name, classes: (0..<count).map(String.init),
        group: task?.group.rawValue ?? "", source: folder, hasOnlyNumbers: true),
      sources: (source("train800"), source("val200"), source("test")),
      trainAndVal: source("train800val200"))
  }

  /// The folder of a task by any of its names.
  private static func vtabFolder(
    _ root: String, _ name: String, _ task: VTAB.Task?
  ) throws -> String {
    let names = [name] + (task.map { [$0.name] + $0.aliases } ?? [])
    let paths = names.map { Datasets.path(of: $0, in: root) }
    if let found = paths.first(where: FileFacts.isFolder) { return found }
    guard FileFacts.isFolder(root) else { throw DiagnosticError(missing: root, "folder") }
    if FileFacts("\(root)/test.txt") != nil {
      throw DiagnosticError(
        "\(root) is the folder of one task, 'path' is the folder of the tasks' folders",
        hints: ["leave out the last part of 'path', and give it as 'name'"])
    }
    let present = try folderNames(root)
    let nearest = nearestName(to: name, among: present).map { ["did you mean '\($0)'?"] } ?? []
    throw DiagnosticError(
      "\(root) has no folder \(names.joined(separator: " or "))",
      hints: nearest
        + (present.isEmpty ? [] : ["it has \(present.prefix(30).joined(separator: ", "))"]))
  }
}
