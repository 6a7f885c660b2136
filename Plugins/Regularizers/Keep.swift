import PETL

/// Staying near the network without adapters: how far its answers to the same batch are from those
/// it would give as it was.
///
/// `kl`: T² KL(p ‖ q), p and q the softened probabilities softmax(z/T) of the network without
/// adapters and with them: learning without forgetting (Li and Hoiem, arXiv 1606.09282, equations 2
/// and 3, of which it is the cross-entropy less a constant; T = 2 is theirs), T² after Hinton et
/// al. (arXiv 1503.02531). There the logits are an old task's; a network without adapters has no
/// head of its own here, so that both go through the head that is trained: our choice. `squared`:
/// the mean square difference of features, `cosine`: 1 − their cosine; both our choice of form.
public struct Keep: Regularizer {
  /// How the distance is measured.
  public enum Distance: String, CaseIterable, Sendable {
    /// The divergence of softened logits.
    case kl
    /// The mean square difference of features.
    case squared
    /// 1 − the cosine of features.
    case cosine
  }

  /// The options of `Keep`.
  public struct Options: PluginOptions {
    /// How the distance is measured.
    public var distance = Distance.kl
    /// What logits are divided by.
    public var temperature = 2.0

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.choice(
        "distance", &distance,
        help: "kl of softened logits (LwF), squared or cosine of features (our choice)")
      options.number(
        "temperature", &temperature, in: 0.01...1000, help: "T of kl, which logits are divided by")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "keep", summary: "Answers near those of the network without adapters",
    source: "Li and Hoiem, LwF, arXiv 1606.09282; of features our choice")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// The answers without adapters.
  public var needs: RegularizerNeeds { [.frozenAnswers] }

  /// The mean over the batch, and over towers; `kl` logs `agreement`, the share of equal first choices.
  public func penalty(in context: RegularizerContext) -> Tensor {
    let (now, then) = (context.answers, context.frozenAnswers)
    guard options.distance == .kl else {
      return context.mean(
        of: zip(now.features, then.features).map { context.exampleMean(distances($0, $1)) })
    }
    var pairs = [(now.logits, then.logits)]
    // Texts are told by images, and images by texts.
    if now.features.count > 1 { pairs.append((now.logits.transposed(), then.logits.transposed())) }
    return context.mean(
      of: pairs.map { context.exampleMean(divergences($0, $1, log: context.log)) })
  }

  /// [examples] of features [examples, width].
  private func distances(_ x: Tensor, _ y: Tensor) -> Tensor {
    if options.distance == .squared { return (x - y).squared().mean(over: [1]) }
    func norms(_ x: Tensor) -> Tensor { (x.squared().sum(over: [1]) + 1e-12).sqrt() }
    return 1 - (x * y).sum(over: [1]) / (norms(x) * norms(y))
  }

  /// [examples] of logits [examples, classes], in 64 bits; the slope of z is T (q − p).
  private func divergences(
    _ z: Tensor, _ target: Tensor, log: (String, Double) -> Void
  ) -> Tensor {
    let t = options.temperature
    var (values, slopes): ([Float], [Float]) = ([], [])
    for (q, p) in zip(z.logSoftmax(t), target.logSoftmax(t)) {
      values.append(Float(t * t * zip(p, q).reduce(0) { $0 + exponential($1.0) * ($1.0 - $1.1) }))
      slopes += zip(p, q).map { Float(t * (exponential($1) - exponential($0))) }
      log("agreement", q.firstIndex(of: q.max() ?? 0) == p.firstIndex(of: p.max() ?? 0) ? 1 : 0)
    }
    let slope = Tensor(slopes, shape: z.shape)
    return .custom(from: [z], result: Tensor(values)) { gradient in
      [slope * gradient.reshaped([gradient.count, 1])]
    }
  }
}
