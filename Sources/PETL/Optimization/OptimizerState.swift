/// What a rule has to remember between steps, by name, as exactly as it computes with it.
///
/// Each name starts with the rule's and a point: `adamw.steps`.
public struct OptimizerState {
  /// Counts, such as that of the steps.
  public var counts: [String: Int] = [:]
  /// What is kept in single precision.
  public var tensors: [String: Tensor] = [:]
  /// What is kept in double precision.
  public var matrices: [String: DoubleMatrix] = [:]

  /// Makes a state without anything in it.
  public init() {}

  /// A count.
  ///
  /// - Throws: `DiagnosticError` when there is none of that name.
  public func count(_ name: String) throws -> Int {
    guard let count = counts[name] else { throw Self.missing(name) }
    return count
  }

  /// A tensor, with memory of its own.
  ///
  /// - Parameters:
  ///   - name: the tensor's name.
  ///   - shape: the shape it must have.
  /// - Returns: a copy of the stored values.
  /// - Throws: `DiagnosticError` when there is none of that name or it has another shape.
  public func tensor(_ name: String, shape: [Int]) throws -> Tensor {
    let tensor = Tensor.zeros(shape)
    try restore(tensor, name)
    return tensor
  }

  /// Gives a tensor of a rule the stored values.
  ///
  /// - Parameters:
  ///   - tensor: changed in place.
  ///   - name: the name of the stored one.
  /// - Throws: `DiagnosticError` when there is none of that name or it has another shape.
  package func restore(_ tensor: Tensor, _ name: String) throws {
    guard let stored = tensors[name] else { throw Self.missing(name) }
    guard stored.shape == tensor.shape else {
      throw DiagnosticError(
        "the optimizer's '\(name)' has shape \(stored.shape)", hints: ["expected \(tensor.shape)"])
    }
    tensor.assign(stored)
  }

  private static func missing(_ name: String) -> DiagnosticError {
    DiagnosticError(
      "the optimizer's '\(name)' is missing",
      hints: ["was the checkpoint made with another optimizer?"])
  }
}
