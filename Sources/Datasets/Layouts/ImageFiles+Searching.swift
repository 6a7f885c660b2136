import Checkpoints
import PETL

extension ImageFiles {
  /// All images below a folder, in the order of their folders' and names' bytes; labels are 0.
  ///
  /// - Parameter folder: searched with all folders in it.
  /// - Throws: `DiagnosticError` when there is no such folder or no image, or images of formats that
  ///   cannot be read.
  public init(below folder: String) throws {
    guard FileFacts.isFolder(folder) else { throw DiagnosticError(missing: folder, "folder") }
    var found = FolderSearch(root: folder)
    found.search(folder, label: 0)
    if !found.mistakes.isEmpty { throw listed(found.mistakes, "mistakes in \(folder)") }
    guard !found.items.isEmpty else {
      throw DiagnosticError(
        "\(folder) holds no image", hints: ["expected .jpg, .jpeg or .png files"])
    }
    self.init(found.items, origin: folder)
  }

  /// Some images by their paths, in the given order; labels are 0.
  ///
  /// - Parameter paths: of JPEG or PNG files.
  /// - Throws: `DiagnosticError` that names every path where there is no file.
  public init(paths: [String]) throws {
    var items: [Item] = []
    var mistakes: [Diagnostic] = []
    for path in paths {
      do {
        items.append(try Item(path: path, name: path, label: 0, place: nil))
      } catch {
        mistakes += (error as? DiagnosticError)?.diagnostics ?? []
      }
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes") }
    guard !items.isEmpty else { throw DiagnosticError("no image is named") }
    self.init(items, origin: items.count == 1 ? items[0].path : "\(items.count) files")
  }
}
