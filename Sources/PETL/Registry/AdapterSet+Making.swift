extension AdapterSet {
  /// The adapters of a tuning at some sites; none of one that trains the backbone's own weights.
  ///
  /// - Throws: `DiagnosticError` when its options do not fit the sites.
  package convenience init(
    _ tuning: AdapterPlugin.Tuning, at sites: [AdaptationSite], generator: RandomGenerator
  ) throws {
    switch tuning {
    case .adapters(let attachment): self.init(try attachment.attach(sites, generator))
    case .weights: self.init([])
    }
  }

  /// Whether every adapter has the factors A and B as parameters of its own.
  package var canBeGauged: Bool {
    !entries.isEmpty
      && entries.allSatisfy {
        ($0.adapter as? any SubspaceDecomposable)?.factorParameters != nil
      }
  }

  /// Why a regularizer cannot be applied to the adapters, in words; nil when it can.
  package func objection(of regularizer: any Regularizer) -> String? {
    let needs = regularizer.needs
    if entries.isEmpty {
      let ofSites: RegularizerNeeds = [.subspaces, .inputs, .weightChanges, .frozenWeights]
      let isOfSites = !needs.isDisjoint(with: ofSites) || !regularizer.references.isEmpty
      if isOfSites, !needs.contains(.startingWeights) {
        return "it has no sites, and trains other weights"
      }
    }
    if needs.contains(.subspaces),
      entries.contains(where: { !($0.adapter is any SubspaceDecomposable) })
    {
      return "it does not decompose into subspaces"
    }
    if needs.contains(.frozenWeights), let entry = entries.first(where: { !$0.site.kind.isLinear })
    {
      return "site '\(entry.site.name)' is not one linear map, and has no frozen weight"
    }
    if needs.contains(.frozenWeights),
      let entry = entries.first(where: { $0.placement.isAfterSite })
    {
      return "it changes what the map at '\(entry.site.name)' gives, not its weight"
    }
    if needs.contains(.weightChanges), entries.contains(where: { !$0.adapter.isLinear }) {
      return "it is not linear, and has no ΔW"
    }
    return regularizer.objection(
      to: entries.map { entry in
        SiteTraits(
          site: entry.site,
          subspaces: entry.call.run { entry.adapter.subspaceTraits(at: entry.site) })
      })
  }

  /// The factors of the adapters that are linear, by site.
  package var referenceFactors: [String: ReferenceFactors] {
    var found: [String: ReferenceFactors] = [:]
    for entry in entries {
      guard let factors = (entry.adapter as? any SubspaceDecomposable)?.linearFactors()
      else { continue }
      found[entry.site.name] = ReferenceFactors(
        directions: factors.directions, basis: factors.basis)
    }
    return found
  }
}

extension Adapter {
  /// What its subspaces are like, from a pass over an image of zeros; nil when it has none.
  fileprivate func subspaceTraits(at site: AdaptationSite) -> SubspaceTraits? {
    guard let decomposable = self as? any SubspaceDecomposable else { return nil }
    return noGradient {
      let pass = ForwardPass(isTraining: false, images: 1, generator: RandomGenerator(seed: 0))
      return decomposable.subspaces(of: blankInput(at: site), in: pass).traits
    }
  }

  /// Whether it has a ΔW, known before its frozen weight is.
  fileprivate var isLinear: Bool {
    if let decomposable = self as? any SubspaceDecomposable {
      return decomposable.linearFactors() != nil
    }
    return self is any RowScaling || weightChange() != nil
  }
}
