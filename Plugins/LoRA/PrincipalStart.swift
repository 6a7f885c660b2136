import PETL

/// EVA's start: A becomes the principal components of the map's inputs, the largest first.
///
/// The components are those of the first batches of a stage, at most 8 (our choice; PEFT goes on until they hardly
/// turn), by one eigenvalue decomposition where PEFT updates them batch by batch. An adapter that was trained
/// before keeps what it has.
public final class PrincipalStart: TrainingRule {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "lora-eva", summary: "Starts A at the principal components of inputs",
    source: "Paischer et al., EVA, arXiv 2410.07170")

  /// It is about LoRAs.
  public let traits: RuleTraits = .needsAdapters
  private static let mostBatches = 8

  /// Makes the rule of a stage.
  public init(options: LoRAOptions) {}

  /// Finds the components, and gives them to every LoRA whose B is zero.
  public func prepare(_ start: TrainingStart, in context: RuleContext) throws {
    let adapters = context.adapters.entries.compactMap { entry in
      (entry.adapter as? LoRA).flatMap { lora in
        lora.options.start == .eva && lora.isFresh ? (entry.site.name, lora) : nil
      }
    }
    guard !adapters.isEmpty else { return }
    var covariances: [String: InputCovariance] = [:]
    for batch in 0..<min(start.batches, Self.mostBatches) {
      let inputs = start.inputs(batch)
      for (site, _) in adapters {
        if let input = inputs[site] { covariances[site, default: InputCovariance()].add(input) }
      }
    }
    for (site, lora) in adapters {
      guard let found = covariances[site]?.components(lora.options.rank) else { continue }
      lora.begin(at: found)
    }
  }
}

/// The covariance of vectors that come in batches.
struct InputCovariance {
  private var batches: [(mean: Tensor, count: Int)] = []
  /// The sum of the batches' own centred Gram matrices.
  private var within: Tensor?

  /// Takes in vectors, [rows, width].
  mutating func add(_ x: Tensor) {
    noGradient {
      let gram = x.gram(centered: true)
      within = within.map { $0 + gram } ?? gram
      batches.append((x.mean(over: [0]), x.shape[0]))
    }
  }

  /// The eigenvectors of the largest eigenvalues, [count, width]; nil when there are not so many, or the
  /// vectors are not finite.
  func components(_ count: Int) -> Tensor? {
    guard let within, within.shape[0] >= count else { return nil }
    let total = batches.reduce(0) { $0 + $1.count }
    let mean = batches.reduce(Tensor.zeros([within.shape[0]])) {
      $0 + $1.mean.scaled(by: Float($1.count) / Float(total))
    }
    var sum = DoubleMatrix(within)
    for batch in batches where batches.count > 1 {
      let distance = (batch.mean - mean).reshaped([1, -1])
      let part = DoubleMatrix(distance)
      sum = sum + Double(batch.count) * part.times(part, transposingSelf: true)
    }
    let (values, vectors) = sum.symmetricPart.symmetricEigen()
    guard values.allSatisfy(\.isFinite) else { return nil }
    let last = vectors.columns(values.count - count..<values.count).transposed.tensor
    return last.gathered(Array((0..<count).reversed()))
  }
}
