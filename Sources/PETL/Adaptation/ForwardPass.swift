/// What the parts of a network need to know about the pass they take part in, and where adapters
/// leave their subspaces for the regularizers.
public final class ForwardPass {
  /// Whether dropout and drop-path are on.
  public let isTraining: Bool
  /// How many images the batch holds; a token matrix has images × tokens rows, image by image.
  public let images: Int
  /// The seeded stream of this pass.
  ///
  /// Split it by a name of your own; never take from it directly.
  public let generator: RandomGenerator
  /// Whether subspaces are kept for regularizers and redundancy figures.
  public let recordsSubspaces: Bool
  /// Whether each adapter's input and ΔH are kept for regularizers.
  public let recordsInputs: Bool
  /// Whether blocks that can are computed again on the way back, instead of keeping what their gradients need.
  package let recomputesBlocks: Bool
  /// Where the images stand in a batch that goes through the network in parts; nil of a whole one.
  let place: BatchPlace?

  /// What the adapters left, in the order of the forward pass; empty where nothing is recorded.
  package private(set) var records: [SiteRecord] = []
  /// What adapters had to say of themselves in this pass.
  package let figures = FigureLog()

  private var counted: TokenRows?

  /// The subspaces that adapters left, in the order of the forward pass; empty where nothing is
  /// recorded.
  public var subspaces: [(site: AdaptationSite, subspaces: Subspaces)] {
    records.compactMap { record in record.subspaces.map { (record.site, $0) } }
  }

  /// Makes a pass over a batch.
  ///
  /// - Parameters:
  ///   - isTraining: whether dropout and drop-path are on.
  ///   - images: how many images or texts the batch holds.
  ///   - generator: the seeded stream of this pass.
  ///   - recordsSubspaces: whether `subspaces` is filled.
  ///   - recordsInputs: whether each adapter's input and ΔH are kept; costs their memory.
  public convenience init(
    isTraining: Bool, images: Int, generator: RandomGenerator, recordsSubspaces: Bool = true,
    recordsInputs: Bool = false
  ) {
    self.init(
      isTraining: isTraining, images: images, generator: generator,
      recordsSubspaces: recordsSubspaces, recordsInputs: recordsInputs, recomputesBlocks: false)
  }

  /// The same, with blocks that are computed again on the way back, or over a part of a batch.
  package init(
    isTraining: Bool, images: Int, generator: RandomGenerator, recordsSubspaces: Bool,
    recordsInputs: Bool, recomputesBlocks: Bool, place: BatchPlace? = nil
  ) {
    (self.recomputesBlocks, self.place) = (recomputesBlocks, place)
    self.isTraining = isTraining
    self.images = images
    self.generator = generator
    self.recordsSubspaces = recordsSubspaces
    self.recordsInputs = recordsInputs
  }

  /// Logs a figure of an adapter's own: it appears as `adapter.NAME` in metrics.jsonl, in the live
  /// view and in the report, the mean over an epoch's steps and the sites that logged it.
  ///
  /// - Parameters:
  ///   - name: what it is, such as `gate`.
  ///   - value: its value in this pass.
  public func log(_ name: String, _ value: Double) { figures.add("adapter.\(name)", value) }

  /// Dropout while training, by a stream of the given name; the identity otherwise.
  ///
  /// - Parameters:
  ///   - x: [tokens, ...], image by image, or [images, ...].
  ///   - probability: 0 ..< 1.
  ///   - stream: a name that is unique in the network, such as a site's with a suffix.
  /// - Returns: the same shape.
  public func dropout(_ x: Tensor, probability: Double, stream: String) -> Tensor {
    guard isTraining, probability > 0 else { return x }
    let generator = generator.split("dropout").split(stream)
    return x * mask(generator, x.shape, probability: Float(probability))
  }

  /// Dropout while training of something that is the same for all images, such as prompts or a weight; the identity
  /// otherwise.
  ///
  /// A batch that is split has the same mask in all its parts.
  ///
  /// - Parameters:
  ///   - x: any shape.
  ///   - probability: 0 ..< 1.
  ///   - stream: a name that is unique in the network, such as a site's with a suffix.
  /// - Returns: the same shape.
  public func weightDropout(_ x: Tensor, probability: Double, stream: String) -> Tensor {
    guard isTraining, probability > 0 else { return x }
    var generator = generator.split("dropout").split(stream)
    return x.dropout(Float(probability), using: &generator)
  }

  /// The dropout mask of a tensor, of whose rows each image has equally many.
  private func mask(
    _ generator: RandomGenerator, _ shape: [Int], probability: Float
  ) -> Tensor {
    let rows = shape.first ?? 0
    guard let place, images > 0, rows > 0, rows.isMultiple(of: images) else {
      var generator = generator
      return generator.dropoutMask(shape, probability: probability)
    }
    let own = rows / images
    // A row for each text is no row of its tokens.
    let ranges = place.ranges(
      images: images, rows: own, more: counted != nil && own > 1 ? place.missing : 0,
      width: shape.dropFirst().reduce(1, *))
    return generator.dropoutMask(ranges, shape: shape, probability: probability)
  }

  /// Numbers in 0 ..< 1, one for each image: those that the whole batch would have had.
  ///
  /// - Parameter generator: a stream of the pass.
  /// - Returns: as many as the pass has images.
  package func uniformByImage(_ generator: RandomGenerator) -> [Float] {
    var generator = generator
    guard let place else { return generator.uniform(images) }
    return Array(generator.uniform(place.first + images)[place.first...])
  }

  /// Stochastic depth while training (Huang et al., arXiv 1603.09382): all rows of an image are 0 with
  /// the given probability and else divided by what is left; the identity otherwise.
  ///
  /// Two tensors that are given the same stream lose the same images: an adapter drops its
  /// coefficients and its bias alike, and remains a sum of subspaces.
  ///
  /// - Parameters:
  ///   - x: [tokens, ...], image by image.
  ///   - probability: 0 ..< 1.
  ///   - stream: a name that is unique in the network, such as a site's with a suffix.
  /// - Returns: the same shape.
  public func dropPath(_ x: Tensor, probability: Double, stream: String) -> Tensor {
    guard isTraining, probability > 0 else { return x }
    require(probability < 1, "A drop-path of \(probability) keeps nothing.")
    let rows = x.shape.first ?? 0
    require(
      images > 0 && rows % images == 0, "\(x.shape) does not divide into \(images) images.")
    let keep = 1 / Float(1 - probability)
    let factors = uniformByImage(generator.split("drop_path").split(stream))
      .map { $0 < Float(probability) ? 0 : keep }
    return (x.reshaped([images, -1]) * Tensor(factors, shape: [images, 1])).reshaped(x.shape)
  }

  /// Rank dropout while training: a column of an image's rows is 0 in all of them with the given
  /// probability, and else divided by what is left; the identity otherwise.
  ///
  /// A column of coefficients is a rank-one map, which an image then goes without.
  ///
  /// - Parameters:
  ///   - x: [tokens, columns], image by image.
  ///   - probability: 0 ..< 1.
  ///   - stream: a name that is unique in the network, such as a site's with a suffix.
  /// - Returns: the same shape.
  public func rankDropout(_ x: Tensor, probability: Double, stream: String) -> Tensor {
    guard isTraining, probability > 0 else { return x }
    require(x.shape.count == 2, "Rank dropout is of [tokens, columns], not \(x.shape).")
    let (rows, columns) = (x.shape[0], x.shape[1])
    require(
      images > 0 && rows % images == 0, "\(x.shape) does not divide into \(images) images.")
    let generator = generator.split("rank_dropout").split(stream)
    let mask = mask(generator, [images, 1, columns], probability: Float(probability))
    return (x.reshaped([images, -1, columns]) * mask).reshaped(x.shape)
  }

  /// Runs a part of a network on texts that are filled up to equal lengths.
  ///
  /// Subspaces that are recorded meanwhile are those of the texts' tokens alone, so that no statistic
  /// depends on how far a text is filled up.
  ///
  /// - Parameters:
  ///   - rows: the tokens of each text.
  ///   - body: the part of the network.
  /// - Returns: what the part gives.
  package func counting<Result>(_ rows: TokenRows, _ body: () throws -> Result) rethrows -> Result {
    let outer = counted
    counted = rows
    defer { counted = outer }
    return try body()
  }

  /// Keeps what an adapter left at its site, of the rows that are tokens.
  ///
  /// - Parameters:
  ///   - entry: the adapter and its site.
  ///   - subspaces: of an adapter that decomposes.
  ///   - input: what the adapter was given, [tokens, in].
  ///   - delta: ΔH, [tokens, out], of an adapter that does not decompose.
  package func record(
    _ entry: AdapterSet.Entry, subspaces: Subspaces? = nil, input: Tensor, delta: Tensor? = nil
  ) {
    guard recordsInputs || recordsSubspaces && subspaces != nil else { return }
    let own = subspaces.map { subspaces in counted.map(subspaces.counting) ?? subspaces }
    // Taken now: the rows that count are those of this part of the pass.
    let seen = recordsInputs ? counting(input) : nil
    let added = recordsInputs ? own?.delta ?? delta.map(counting) : nil
    records.append(
      SiteRecord(entry, subspaces: recordsSubspaces ? own : nil, input: seen, delta: added))
  }

  /// A pass over the same batch in which nothing was left yet.
  func anew() -> ForwardPass {
    let other = ForwardPass(
      isTraining: isTraining, images: images, generator: generator,
      recordsSubspaces: recordsSubspaces, recordsInputs: recordsInputs,
      recomputesBlocks: recomputesBlocks, place: place)
    other.counted = counted
    return other
  }

  /// A pass of the same kind over rows that are no tokens of the batch: what adapters leave in it is left nowhere, and
  /// what is drawn in it has a stream of its own.
  ///
  /// - Parameter stream: a name that is unique in the network.
  /// - Returns: a pass over one image.
  package func beside(_ stream: String) -> ForwardPass {
    ForwardPass(
      isTraining: isTraining, images: 1, generator: generator.split(stream),
      recordsSubspaces: false, recordsInputs: false, recomputesBlocks: recomputesBlocks)
  }

  /// Keeps a record that was made before.
  func keep(_ record: SiteRecord) { records.append(record) }

  /// Runs a part of the pass and takes away what adapters recorded meanwhile.
  func taking<Result>(_ body: () -> Result) -> (result: Result, records: [SiteRecord]) {
    let count = records.count
    let result = body()
    defer { records.removeLast(records.count - count) }
    return (result, Array(records[count...]))
  }

  /// The rows of a matrix that are tokens.
  private func counting(_ x: Tensor) -> Tensor {
    guard let counted, x.shape[0] != counted.count else { return x }
    return x.gathered(counted.rows(filledUpTo: x.shape[0] / counted.lengths.count))
  }
}
