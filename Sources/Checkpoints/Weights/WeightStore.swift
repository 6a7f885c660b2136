/// A set of named tensors, whatever the format of the file or files that hold them.
public protocol WeightStore: Sendable {
  /// The path as it was given, for messages.
  var name: String { get }
  /// The tensors, sorted by name.
  var entries: [TensorEntry] { get }
  /// What the file says about itself in strings; empty where the format has no place for it.
  var metadata: [String: String] { get }

  /// The tensor of that name, compared byte by byte, or nil.
  func entry(_ name: String) -> TensorEntry?

  /// The numbers of a floating-point tensor in row-major order, half precision widened exactly.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or its type is no floating-point type.
  func floats(_ name: String) throws -> [Float]

  /// The bytes of a tensor: row-major, little-endian.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or it is damaged.
  func bytes(_ name: String) throws -> [UInt8]
}

extension SafetensorsFile: WeightStore {}
