import Backbones
import PETL

/// How far two language models are apart.
enum NetworkDistance {
  /// How many tokens each of the two texts has at most.
  private static let tokens = 16

  /// The largest difference of hidden states of two random texts, in units of the largest.
  ///
  /// - Parameters:
  ///   - first: A network.
  ///   - adapters: What is attached to it.
  ///   - second: A network without adapters.
  ///   - configuration: Of both.
  /// - Returns: 0 where they are the same.
  /// - Throws: `DiagnosticError` when a number is not finite: then nothing is known of a difference.
  static func between(
    _ first: any AdaptableNetwork, _ adapters: AdapterSet, _ second: any AdaptableNetwork,
    _ configuration: LanguageConfiguration
  ) throws -> Double {
    let length = min(tokens, configuration.longestText ?? configuration.context)
    var generator = RandomGenerator(seed: 1).split("merge")
    let texts = (0..<2).map { _ in
      generator.uniform(length, in: 0..<1).map {
        min(configuration.vocabulary - 1, Int($0 * Float(configuration.vocabulary)))
      }
    }
    func hidden(_ network: any AdaptableNetwork, _ adapters: AdapterSet) -> [Float] {
      let batch = TokenBatch(texts)
      let pass = ForwardPass(
        isTraining: false, images: 2, generator: RandomGenerator(seed: 0), recordsSubspaces: false)
      return noGradient {
        if let decoder = network as? Decoder {
          return decoder.hidden(batch, adapters: adapters, pass: pass).values
        }
        let encoder = network as? TextEncoder
        return encoder?.hidden(batch, adapters: adapters, pass: pass).values ?? []
      }
    }
    let (x, y) = (hidden(first, adapters), hidden(second, .none))
    for (values, what) in [(x, "beside the weights"), (y, "in the weights")] {
      guard let wrong = values.first(where: { !$0.isFinite }) else { continue }
      throw DiagnosticError(
        "with the adapter \(what) a hidden state is \(AdapterMerging.word(wrong)): nothing is written",
        hints: ["the adapter or the weights hold numbers that are too large; see petl inspect"])
    }
    let largest = x.map(abs).max() ?? 0
    let distance = zip(x, y).map { abs($0 - $1) }.max() ?? 0
    return Double(distance / max(largest, .leastNormalMagnitude))
  }
}
