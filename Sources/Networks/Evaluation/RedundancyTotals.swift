import PETL

/// The mean |ρ| by site over the batches of a split, each counted by its images or texts.
package struct RedundancyTotals {
  /// Nothing so far.
  package init() {}

  /// What a site had in a batch.
  package struct Site: Codable, Sendable {
    let name: String
    let tower: Tower?
    /// The mean |ρ|.
    let value: Float
    /// The images or texts of the batch.
    let images: Int
  }

  private var sums: [String: (sum: Double, count: Int, tower: Tower?)] = [:]

  /// What the sites with more than one subspace had in a batch.
  ///
  /// - Parameter pass: has the subspaces that the adapters left.
  /// - Returns: the sites in the order of the pass.
  package static func sites(of pass: ForwardPass) -> [Site] {
    pass.subspaces.filter { $0.subspaces.count > 1 }.map { site, subspaces in
      Site(
        name: site.name, tower: site.tower, value: subspaces.redundancy(), images: pass.images)
    }
  }

  /// Adds a batch.
  ///
  /// - Parameter pass: has the subspaces that the adapters left.
  package mutating func add(_ pass: ForwardPass) { add(Self.sites(of: pass)) }

  /// Adds a batch.
  package mutating func add(_ sites: [Site]) {
    for site in sites {
      let (sum, count, _) = sums[site.name] ?? (0, 0, nil)
      let value = Double(site.value) * Double(site.images)
      sums[site.name] = (sum + value, count + site.images, site.tower)
    }
  }

  /// The mean of each site.
  var bySite: [String: Double] { sums.mapValues { $0.sum / Double(max(1, $0.count)) } }

  /// The mean over sites; nil without subspaces.
  var mean: Double? { Self.mean(Array(bySite.values)) }

  /// The mean over the sites of each tower; nil for a network that is alone.
  var byTower: [String: Double]? {
    let names = Dictionary(grouping: sums.keys) { sums[$0]?.tower }
    var means: [String: Double] = [:]
    for (tower, names) in names {
      guard let tower else { continue }
      means[tower.rawValue] = Self.mean(names.compactMap { bySite[$0] })
    }
    return means.isEmpty ? nil : means
  }

  /// The order of a dictionary changes; the bits of the sum must not.
  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted().reduce(0, +) / Double(values.count)
  }
}
