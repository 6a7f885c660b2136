import Backbones
import PETL

/// A decoder with adapters on it: what is trained to predict the next token.
///
/// The head that predicts is the frozen network's own.
public final class LanguageModel: TrainedNetwork {
  /// The network.
  public let decoder: Decoder
  /// What is attached to it.
  public let adapters: AdapterSet

  /// Puts adapters on a network that has a head.
  public init(decoder: Decoder, adapters: AdapterSet) {
    (self.decoder, self.adapters) = (decoder, adapters)
    decoder.bind(adapters)
  }

  /// Everything that is trained, with its full name, in a fixed order.
  public var parameters: [(name: String, parameter: Parameter)] {
    decoder.parameters + adapters.parameters
  }

  /// Nothing: the head stays frozen.
  public var headParameters: [(name: String, parameter: Parameter)] { [] }

  /// The frozen weight of the linear map at a site, [out, in]; nil for another site.
  public func frozenWeight(at site: AdaptationSite) -> Tensor? { decoder.map(at: site)?.weight }
}

extension LanguageModel {
  /// The answers at the tokens that something is predicted after: their hidden states, [tokens, width], and a row of
  /// logits for each, which are computed only if they are asked for.
  ///
  /// - Parameters:
  ///   - windows: the texts.
  ///   - pass: whether this is training, and where subspaces are left.
  ///   - isAdapted: whether the adapters take part.
  /// - Returns: the answers, and the token to predict at each row.
  package func answers(
    to windows: [TextWindows.Window], pass: ForwardPass, isAdapted: Bool = true
  ) -> (answers: NetworkAnswers, targets: [Int]) {
    let (batch, targets) = TextWindows.batch(windows)
    let hidden = decoder.hidden(batch, adapters: isAdapted ? adapters : .none, pass: pass)
    let rows = hidden.reshaped([-1, decoder.width])
      .gathered(targets.indices.filter { targets[$0] != nil })
    let answers = NetworkAnswers(features: [rows]) { self.decoder.logits(rows) }
    return (answers, targets.compactMap(\.self))
  }

  /// Predicts the tokens of texts, without dropout.
  ///
  /// - Parameters:
  ///   - windows: the texts.
  ///   - batchSize: texts at once; redundancy is over the tokens of a batch.
  /// - Returns: the loss in nats a token, the share of tokens that were the most probable ones, and redundancy.
  package func evaluate(_ windows: [TextWindows.Window], batchSize: Int) -> Evaluation {
    var (tokens, hits, sum) = (0, 0, 0.0)
    var redundancy = RedundancyTotals()
    for start in stride(from: 0, to: windows.count, by: batchSize) {
      let part = Array(windows[start..<min(windows.count, start + batchSize)])
      let pass = ForwardPass(
        isTraining: false, images: part.count, generator: RandomGenerator(seed: 0))
      noGradient {
        let (answers, targets) = self.answers(to: part, pass: pass)
        let found = decoder.predictions(answers.features[0], targets: targets)
        tokens += targets.count
        hits += found.count { $0.isLargest }
        sum -= found.reduce(0) { $0 + Double($1.logProbability) }
      }
      redundancy.add(pass)
    }
    let count = Double(max(1, tokens))
    return Evaluation(
      examples: windows.count, accuracy: Double(hits) / count, loss: sum / count,
      redundancy: redundancy, tokens: tokens)
  }
}
