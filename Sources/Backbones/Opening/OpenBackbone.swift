public import Checkpoints
import PETL

/// Opens the weights of any network that is known here, also behind the names of a wrapper such as
/// `module.`, which `store.wrapper` then holds.
///
/// - Parameters:
///   - store: the tensors.
///   - facts: what the user says; wins over the file.
///   - description: what the `config.json` beside the file says.
/// - Returns: the weights, checked.
/// - Throws: `DiagnosticError` with every tensor that is missing, unexpected or misshaped.
public func openBackbone(
  _ store: any WeightStore, facts: BackboneFacts = BackboneFacts(),
  description: NetworkDescription? = nil
) throws -> any BackboneCheckpoint {
  let store = store.unwrapped()
  if SwinCheckpoint.recognizes(store) {
    return try SwinCheckpoint(store, facts: facts, description: description)
  }
  return try ViTCheckpoint(store, facts: facts, description: description)
}
