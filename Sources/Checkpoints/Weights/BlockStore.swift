import PETL

/// A store whose tensors may be quantised, and can be had as they are.
package protocol BlockStore: WeightStore {
  /// The matrix [out, in] of a linear map or a table of embeddings in its blocks; nil for what is no
  /// matrix.
  ///
  /// It is the map's matrix, rows being outputs, also where the library of the names keeps the transpose.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or its type is not read here.
  func blocks(_ name: String) throws -> BlockMatrix?

  /// The type of a tensor as the file names it, such as Q4_K; nil without such a tensor.
  func storedType(_ name: String) -> String?

  /// Whether the numbers of a tensor are floating-point numbers that are read here.
  func isReadable(_ name: String) -> Bool
}
