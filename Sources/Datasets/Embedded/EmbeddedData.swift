import CEmbedded

/// The files that are part of the program.
public enum EmbeddedData {
  /// The names of the files, without extension.
  public static var names: [String] {
    (0..<petl_embedded_file_count()).map { unsafe String(cString: petl_embedded_file_at($0).name) }
  }

  /// The content of a file, if there is one of that name.
  ///
  /// - Parameter name: the name of the file without its extension, such as `vit-micro`.
  /// - Returns: all of its bytes.
  public static func bytes(named name: String) -> [UInt8]? {
    for (index, candidate) in names.enumerated() where candidate == name {
      let file = unsafe petl_embedded_file_at(index)
      return unsafe [UInt8](UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
    return nil
  }
}
