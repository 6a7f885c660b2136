/// A site with its adapter in one step, as a regularizer sees it.
public struct SiteContext {
  let record: SiteRecord
  let step: StepContext
  let needs: RegularizerNeeds
  /// The factors of each reference adapter at this site, [r', in] and [r', out], outside of any graph;
  /// one for each of the regularizer's `references` that has an adapter here.
  public let references: [ReferenceFactors]

  /// The site: name, layer, kind, tower, widths, grid of tokens.
  public var site: AdaptationSite { record.site }
  /// `blocks.3.query`.
  public var name: String { record.site.name }
  /// The adapter.
  public var adapter: any Adapter { record.adapter }
  /// What the adapter trains, the same objects in every step.
  public var parameters: [Parameter] { record.adapter.parameters.filter(\.isTrained) }

  /// The parameter of that name, such as `lora_A`; nil where the adapter has none.
  public func parameter(_ name: String) -> Parameter? {
    record.adapter.parameters.first { $0.name == name }
  }

  /// The subspaces.
  ///
  /// Needs `.subspaces`.
  public var subspaces: Subspaces {
    declared(.subspaces, "subspaces")
    guard let subspaces = record.subspaces else {
      stopProgram("Site '\(name)' left no subspaces in this pass.")
    }
    return subspaces
  }

  /// What the adapter was given, [tokens, in]; nil for prompts, which are given nothing.
  ///
  /// Needs `.inputs`.
  public var input: Tensor? {
    declared(.inputs, "inputs")
    return record.input
  }

  /// ΔH, [tokens, out]; nil for prompts, which add nothing to tokens.
  ///
  /// Needs `.inputs`.
  public var delta: Tensor? {
    declared(.inputs, "inputs")
    return record.delta
  }

  /// A [r, in] and B [r, out] of a linear low-rank adapter, ΔW = Bᵀ A, every scale in them; nil for
  /// others.
  public var linearFactors: (directions: Tensor, basis: Tensor)? {
    (record.adapter as? any SubspaceDecomposable)?.linearFactors()
  }

  /// ΔW, [out, in], differentiable and computed at most once a step.
  ///
  /// Needs `.weightChanges`.
  public var weightChange: Tensor {
    declared(.weightChanges, "weightChanges")
    guard let change = record.weightChange else {
      stopProgram("The adapter of site '\(name)' is not linear.")
    }
    return change
  }

  /// The frozen weight of the site's map, [out, in], unpacked when it is asked for.
  ///
  /// Needs `.frozenWeights`.
  public var frozenWeight: Tensor {
    declared(.frozenWeights, "frozenWeights")
    return step.frozen.weight(at: site)
  }

  /// The leading singular directions of the frozen weight, computed once a run.
  ///
  /// Needs `.frozenWeights`. A seeded randomised sketch (Halko, Martinsson and Tropp, arXiv 0909.4061, algorithm 4.4 with two
  /// power iterations and 8 more vectors than are asked for; the numbers are our choice).
  ///
  /// - Parameter count: how many; at most as many as the weight has are given.
  /// - Returns: the largest first.
  public func leadingDirections(_ count: Int) -> SingularDirections {
    declared(.frozenWeights, "frozenWeights")
    return step.frozen.leading(count, at: site)
  }

  private func declared(_ need: RegularizerNeeds, _ name: String) {
    require(
      needs.contains(need), "A regularizer asked for what its needs do not have: .\(name).")
  }
}

/// The factors of an adapter that a regularizer compares with, ΔW = Bᵀ A, every scale in them.
public struct ReferenceFactors {
  /// A, [r', in].
  public let directions: Tensor
  /// B, [r', out].
  public let basis: Tensor

  /// Makes factors.
  ///
  /// - Parameters:
  ///   - directions: A, [r', in].
  ///   - basis: B, [r', out].
  public init(directions: Tensor, basis: Tensor) {
    (self.directions, self.basis) = (directions.detached(), basis.detached())
  }
}
