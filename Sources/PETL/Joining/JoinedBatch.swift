/// A batch that goes through the network in parts, as one to whatever looks at all of it: regularizers, losses that
/// compare examples, redundancy.
///
/// What is a function of all examples is computed from tensors that start a graph of their own, the same wherever it is
/// computed; the gradient that arrives at them then goes back into the graph of each part. So nobody has to know that
/// the batch is split.
package final class JoinedBatch {
  /// What the adapters left in all parts, in the order of the pass.
  package private(set) var records: [SiteRecord] = []
  /// The network's features of the whole batch, of each tower; brought together when they are asked for.
  package private(set) lazy var features: [Tensor] =
    template.features.indices.map { tower in
      join(width: template.features[tower].shape[1]) { $0.features[tower] }
    }

  private let own: [PassedPart]
  /// A part, of which only what is alike in all of them is looked at.
  private let template: PassedPart
  private let exchange: any PartExchange
  private var tensors: [JoinedTensor] = []
  /// What each part told of the sites with subspaces.
  private var statistics: [Int: [SiteStatistics]] = [:]

  /// Joins parts.
  ///
  /// - Parameters:
  ///   - own: the parts that are here.
  ///   - template: any part.
  ///   - exchange: with those that are somewhere else.
  package init(_ own: [PassedPart], like template: PassedPart, exchange: any PartExchange) {
    (self.own, self.template, self.exchange) = (own, template, exchange)
    let places = template.records.indices.filter { template.records[$0].subspaces != nil }
    if !places.isEmpty { statistics = gatheredStatistics(places) }
    records = template.records.indices.map(joined)
  }

  /// The mean |ρ| over the batch's tokens of every site that has more than one subspace.
  package var redundancyBySite: [String: Double] {
    records.reduce(into: [:]) { bySite, record in
      guard let subspaces = record.subspaces, subspaces.count > 1 else { return }
      bySite[record.site.name] = Double(subspaces.redundancy())
    }
  }

  /// The subspaces of the whole batch, in the order of the pass.
  package var subspaces: [(site: AdaptationSite, subspaces: Subspaces)] {
    records.compactMap { record in record.subspaces.map { (record.site, $0) } }
  }

  /// A scalar whose gradient is what arrived at the tensors of the batch, as far as it is a part's.
  ///
  /// - Parameters:
  ///   - gradients: of something that was computed from the batch.
  ///   - part: what a pass over the part left, this one or another over the same examples.
  ///   - number: of the part in the batch.
  /// - Returns: a scalar of value 0; nil where nothing goes into the part.
  package func sum(
    of gradients: Gradients, into part: PassedPart, number: Int
  ) -> Tensor? {
    let shares = tensors.compactMap { $0.share(of: gradients, in: part, number: number) }
    guard !shares.isEmpty else { return nil }
    return .custom(from: shares.map(\.tensor), result: Tensor(0)) { factor in
      let factor = factor.item
      return shares.map { factor == 1 ? $0.gradient : $0.gradient.scaled(by: factor) }
    }
  }

  /// The coefficients of each site in each part, by the site's place in the pass: one exchange for all of them.
  private(set) lazy var coefficients: [Int: [[Float]]] = {
    let places = statistics.keys.sorted()
    let gathered = exchange.gathered(
      own.map { part in places.flatMap { part.subspaces($0).coefficients.values } })
    var found: [Int: [[Float]]] = [:]
    for (number, numbers) in gathered.enumerated() {
      var rest = numbers[...]
      for place in places {
        let own = statistics[place]?[number]
        let count = (own?.rows.count ?? 0) * (own?.mean.count ?? 0)
        found[place, default: []].append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
    }
    return found
  }()

  /// Keeps a tensor of the batch and gives its values.
  func join(_ tensor: JoinedTensor) -> Tensor {
    tensors.append(tensor)
    return tensor.leaf
  }

  /// Rows that were brought together already.
  func join(
    rows: [[Float]]?, width: Int, source: @escaping (PassedPart) -> Tensor?
  ) -> Tensor {
    guard let rows else { stopProgram("There are rows of every site with subspaces.") }
    return join(JoinedTensor(rows: rows, width: width, source: source))
  }

  /// Rows of the parts, brought together now.
  func join(width: Int, source: @escaping (PassedPart) -> Tensor?) -> Tensor {
    join(
      rows: exchange.gathered(own.map { source($0)?.values ?? [] }), width: width, source: source)
  }

  private func gatheredStatistics(_ places: [Int]) -> [Int: [SiteStatistics]] {
    let gathered = exchange.gathered(
      own.map { part in
        places.flatMap { place in noGradient { SiteStatistics(part.subspaces(place)) }.numbers }
      })
    var found: [Int: [SiteStatistics]] = [:]
    for numbers in gathered {
      var rest = numbers[...]
      for place in places {
        let width = template.subspaces(place).basis.shape[0]
        found[place, default: []].append(SiteStatistics(&rest, width: width))
      }
    }
    return found
  }

  /// A site of the whole batch.
  private func joined(_ place: Int) -> SiteRecord {
    let first = template.records[place]
    let (input, delta) = (first.input?.shape[1], first.delta?.shape[1])
    return SiteRecord(
      .init(site: first.site, adapter: first.adapter),
      subspaces: first.subspaces.map { joined($0, place) },
      input: input.map { [unowned self] width in join(width: width) { $0.records[place].input } },
      delta: delta.map { [unowned self] width in join(width: width) { $0.records[place].delta } })
  }

  private func joined(_ first: Subspaces, _ place: Int) -> Subspaces {
    let statistics = SiteStatistics.joined(statistics[place] ?? [])
    func common(_ tensor: Tensor?, _ source: @escaping (Subspaces) -> Tensor?) -> Tensor? {
      tensor.map { join(JoinedTensor(common: $0) { source($0.subspaces(place)) }) }
    }
    return Subspaces(
      JoinedCoefficients(
        self, place: place, statistics, remainderWidth: first.remainder?.coefficients.shape[1]),
      basis: join(JoinedTensor(common: first.basis) { $0.subspaces(place).basis }),
      directions: common(first.directions) { $0.directions }, rows: statistics.rows,
      dimension: first.dimension,
      remainderBasis: common(first.remainder?.basis) { $0.remainder?.basis })
  }
}
