import Datasets
import Foundation
import PETL
import Recipes

/// Images that a network is asked about, and what is known of them.
public struct AskedImages: Sendable {
  /// The images.
  public let source: ImageSource
  /// The name of the data set, or the word of the command line.
  public let name: String
  /// The split of the data set; nil of images without classes.
  public let split: Split?
  /// The name of each one's class; nil where it is not known.
  public let labels: [String]?

  /// The name of each file, where images are files.
  public var files: [String]? { source.files?.items.map(\.name) }

  /// A split of a data set.
  ///
  /// - Throws: `DiagnosticError` that lists the splits there are, if this one is missing.
  public init(_ dataset: Dataset, _ split: Split) throws {
    source = try dataset.images(of: split)
    name = dataset.name
    self.split = split
    labels = source.labels.map { dataset.classes[$0] }
  }

  /// Images without classes: a JPEG or PNG file, or all images below a folder that has neither folders
  /// of splits nor VTAB-1K's lists.
  ///
  /// - Parameter reference: a word of a command line.
  /// - Returns: nil of anything else.
  /// - Throws: `DiagnosticError` when the folder holds no image, or images that cannot be read.
  public init?(unlabelled reference: String) throws {
    var isFolder: ObjCBool = false
    let files = FileManager.default
    guard unsafe files.fileExists(atPath: reference, isDirectory: &isFolder) else { return nil }
    let ending = URL(fileURLWithPath: reference).pathExtension.lowercased()
    if isFolder.boolValue {
      let parts = ["train", "val", "test", "test.txt", "train800.txt"]
      guard !parts.contains(where: { files.fileExists(atPath: "\(reference)/\($0)") }) else {
        return nil
      }
      source = .files(try ImageFiles(below: reference))
    } else if ["jpg", "jpeg", "png"].contains(ending) {
      source = .files(try ImageFiles(paths: [reference]))
    } else {
      return nil
    }
    name = reference
    split = nil
    labels = nil
  }
}
