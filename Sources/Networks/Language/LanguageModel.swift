import Backbones
import PETL
import Ranks

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
  ///   - ranks: who measures together; nil for this process alone.
  /// - Returns: the loss in nats a token, the share of tokens that were the most probable ones, and redundancy.
  package func evaluate(
    _ windows: [TextWindows.Window], batchSize: Int, ranks: (any Ranks)? = nil
  ) -> Evaluation {
    var (tokens, hits, sum) = (0, 0, 0.0)
    var redundancy = RedundancyTotals()
    SharedBatches(ranks).forEach((windows.count + batchSize - 1) / batchSize) { batch in
      let part = Array(windows[batch * batchSize..<min(windows.count, (batch + 1) * batchSize)])
      let pass = ForwardPass(
        isTraining: false, images: part.count, generator: RandomGenerator(seed: 0))
      return noGradient {
        let (answers, targets) = self.answers(to: part, pass: pass)
        let found = decoder.predictions(answers.features[0], targets: targets)
        let total = found.reduce(0) { $0 + Double($1.logProbability) }
        return MeasuredBatch(
          [Float(targets.count), Float(found.count { $0.isLargest })] + total.words, pass)
      }
    } _: { _, found in
      tokens += Int(found.answers[0])
      hits += Int(found.answers[1])
      sum -= Double(words: found.answers[2...])
      redundancy.add(found.redundancy)
    }
    let count = Double(max(1, tokens))
    return Evaluation(
      examples: windows.count, accuracy: Double(hits) / count, loss: sum / count,
      redundancy: redundancy, tokens: tokens)
  }
}

extension Double {
  /// The bits of the number, as two numbers of 32 bits that are sent and nothing else.
  fileprivate var words: [Float] {
    [
      Float(bitPattern: UInt32(bitPattern >> 32)),
      Float(bitPattern: UInt32(truncatingIfNeeded: bitPattern)),
    ]
  }

  /// The number of its words.
  fileprivate init(words: ArraySlice<Float>) {
    self.init(
      bitPattern: words.prefix(2).reduce(0) { $0 << 32 | UInt64($1.bitPattern) })
  }
}
