import PETL

/// A store whose matrices can be multiplied by as they are stored, without being made 32-bit floats as a
/// whole: quantised ones.
package protocol MapStore: WeightStore {
  /// The frozen map of a matrix [out, in] as it is stored.
  ///
  /// - Parameters:
  ///   - name: of the tensor.
  ///   - bias: [out]; nil for none.
  /// - Returns: nil for a tensor that is stored as plain numbers. One that is also `RowGiving` serves as
  ///   a table of embeddings.
  /// - Throws: `DiagnosticError` if there is no such tensor, or it is damaged.
  func map(_ name: String, bias: Tensor?) throws -> (any FrozenMap)?
}
