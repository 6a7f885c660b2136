/// What a part of a batch left on its way through the network.
package struct PassedPart {
  /// What the adapters left at their sites, in the order of the pass.
  let records: [SiteRecord]
  /// The network's features of the part, of each tower.
  let features: [Tensor]

  /// Takes what a pass left.
  ///
  /// - Parameters:
  ///   - pass: over the part.
  ///   - features: what the network answers to it.
  package init(_ pass: ForwardPass, features: [Tensor]) {
    (records, self.features) = (pass.records, features)
  }

  /// The subspaces at a site, by its place in the pass.
  ///
  /// The program stops where there are none: parts of a batch pass the same adapters.
  func subspaces(_ place: Int) -> Subspaces {
    guard let subspaces = records[place].subspaces else {
      stopProgram("An adapter left subspaces in one part of a batch and not in another.")
    }
    return subspaces
  }
}
