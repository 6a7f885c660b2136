/// A file of code that was loaded into the process, or a folder of such files, with plugins in it.
public struct PluginSource: Sendable {
  /// The name of the file or folder.
  public let name: String
  /// Its path, absolute.
  public let path: String
  /// SHA-256 of the code in it, in hexadecimal digits.
  public let digest: String
  /// Whether it is a folder.
  package let isFolder: Bool
  /// The code as it was loaded.
  package let files: [File]

  /// One file of code.
  package struct File: Sendable {
    /// Its name.
    package let name: String
    /// Its bytes.
    package let contents: [UInt8]

    /// Holds a file.
    package init(name: String, contents: [UInt8]) { (self.name, self.contents) = (name, contents) }
  }

  /// Describes a file or folder.
  package init(name: String, path: String, digest: String, isFolder: Bool, files: [File]) {
    (self.name, self.path, self.digest) = (name, path, digest)
    (self.isFolder, self.files) = (isFolder, files)
  }
}
