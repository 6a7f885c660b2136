import PETL

/// A search for images in folders, which enters every folder once.
struct FolderSearch {
  /// The folder that names of images start from.
  let root: String
  /// The images in the order of torchvision's `ImageFolder`.
  private(set) var items: [ImageFiles.Item] = []
  /// What is wrong with the folders and files.
  private(set) var mistakes: [Diagnostic] = []
  /// The files that are no images by their names.
  private(set) var passedOver: [String] = []
  /// The folders that were entered, and by which path.
  private var entered: [FileID: String] = [:]
  /// Those that are being searched.
  private var open: Set<FileID> = []

  init(root: String) { self.root = root }

  /// Searches a folder and the folders in it.
  mutating func search(_ folder: String, label: Int) {
    guard let id = FileFacts(folder)?.id else {
      mistakes.append(Diagnostic("there is no folder \(folder)"))
      return
    }
    if let known = entered[id] {
      let images = "its images would count more than once"
      mistakes.append(
        Diagnostic(
          open.contains(id)
            ? "\(folder) leads back to \(known): \(images), without end"
            : "\(known) and \(folder) are the same folder: \(images)",
          hints: ["remove the link"]))
      return
    }
    entered[id] = folder
    open.insert(id)
    defer { open.remove(id) }
    do {
      let names = try entryNames(folder)
      for name in names.filter({ !take($0, in: folder, label: label) }) {
        search("\(folder)/\(name)", label: label)
      }
    } catch {
      mistakes += (error as? DiagnosticError)?.diagnostics ?? [Diagnostic("\(error)")]
    }
  }

  /// Takes a file, or says what is wrong with it; false of a folder.
  private mutating func take(_ name: String, in folder: String, label: Int) -> Bool {
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
      return false
    } else {
      passedOver.append(path)
    }
    return true
  }
}

/// The images of the folders of classes of one split.
struct ClassFolders {
  let files: ImageFiles
  /// What the user should know of other files, a sentence each.
  let notes: [Note]

  /// Searches the folders.
  ///
  /// - Parameters:
  ///   - root: the folder of the split.
  ///   - classes: the names of all classes, in order.
  /// - Throws: `DiagnosticError` with every mistake.
  init(_ root: String, classes: [String]) throws {
    let names = try entryNames(root)
    let present = names.filter { FileFacts.isFolder("\(root)/\($0)") }
    var mistakes: [Diagnostic] = []
    if present.isEmpty {
      mistakes.append(
        Diagnostic("\(root) holds no folders", hints: ["expected one folder for each class"]))
    }
    let known = Set(classes)
    for name in present where !known.contains(name) {
      let nearest = nearestName(to: name, among: classes).map { ["did you mean '\($0)'?"] } ?? []
      mistakes.append(
        Diagnostic("\(root)/\(name) is not a class of the other splits", hints: nearest))
    }
    // Names of other bytes may be the same text: é is one letter, or an e with an accent.
    let paths = Dictionary(grouping: present) { $0 }
    for (name, same) in paths.sorted(by: { $0.key < $1.key }) where same.count > 1 {
      mistakes.append(
        Diagnostic(
          "\(root) holds \(same.count) folders of the name \(name), written with other bytes",
          hints: ["rename one of them, or put them together"]))
    }
    var search = FolderSearch(root: root)
    for (label, name) in classes.enumerated() {
      guard let folder = paths[name]?.first else { continue }
      let before = (search.items.count, search.mistakes.count)
      search.search("\(root)/\(folder)", label: label)
      if (search.items.count, search.mistakes.count) == before {
        mistakes.append(
          Diagnostic("\(root)/\(name) holds no image", hints: ["expected .jpg, .jpeg or .png"]))
      }
      mistakes += search.mistakes.dropFirst(before.1)
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(root)") }
    files = ImageFiles(search.items, origin: root)
    notes = Self.notes(root, names.filter { paths[$0] == nil }, search.passedOver)
  }

  private static func notes(
    _ root: String, _ files: [String], _ passedOver: [String]
  ) -> [Note] {
    var notes: [Note] = []
    let images = files.filter { name in
      let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
      return ImageFormat.endings.contains(ending) || ImageFormat.otherEndings.contains(ending)
    }
    if let first = images.first {
      notes.append(
        .warning(
          "\(counted(images.count, "image")) in no folder of a class: not read, "
            + "such as \(root)/\(first)"))
    }
    if let first = passedOver.first {
      notes.append(
        Note(
          "\(counted(passedOver.count, "file")) below \(root) with no image's name: passed over, "
            + "such as \(first)"))
    }
    return notes
  }
}

/// A number and a noun, in the plural where it is not one.
func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
