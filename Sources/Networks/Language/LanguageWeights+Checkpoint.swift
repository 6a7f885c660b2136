import Backbones
import Checkpoints
import PETL

extension LanguageWeights {
  /// Opens the weights of a language model, whatever tokenizer is beside them.
  ///
  /// - Parameter path: a GGUF file, or a folder of Hugging Face's.
  /// - Returns: the weights, checked, none of them read yet.
  /// - Throws: `DiagnosticError` when they are not supported.
  public static func checkpoint(_ path: String) throws -> LanguageCheckpoint {
    let file = try WeightFile(path: path)
    guard let weights = file.store as? GGUFWeights else { return try .open(path) }
    return try LanguageCheckpoint(
      weights, description: LanguageDescription(weights.configuration, path: path))
  }
}

extension LanguageCheckpoint {
  /// The network, whichever kind it is.
  ///
  /// - Parameter training: whether a weight becomes a parameter of the network.
  /// - Returns: a `Decoder` or a `TextEncoder`.
  /// - Throws: `DiagnosticError` when a tensor cannot be read.
  public func network(
    training: @escaping (BackboneWeight) -> Bool = { _ in false }
  ) throws -> any AdaptableNetwork {
    configuration.family.isDecoder
      ? try decoder(training: training) : try encoder(training: training)
  }
}
