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
  package func objection(of regularizer: any RedundancyRegularizer) -> String? {
    entries.lazy.compactMap { entry in
      entry.call.run { entry.adapter.subspaceTraits(at: entry.site) }
        .flatMap(regularizer.objection)
    }.first
  }
}

extension Adapter {
  /// What its subspaces are like, from a pass over one token of zeros; nil when it has none.
  fileprivate func subspaceTraits(at site: AdaptationSite) -> SubspaceTraits? {
    guard let decomposable = self as? any SubspaceDecomposable else { return nil }
    return noGradient {
      let pass = ForwardPass(isTraining: false, images: 1, generator: RandomGenerator(seed: 0))
      return decomposable.subspaces(of: .zeros([1, inputWidth(at: site)]), in: pass).traits
    }
  }
}
