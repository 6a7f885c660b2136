/// A scalar of an adapter's subspaces that training makes small: 0 when they share nothing.
///
/// The simple case of a `Regularizer`: its value is the mean over sites. The trainer adds weight · value to
/// the loss, logs the raw value and its share of the gradient, and says so when the gradient stays
/// exactly zero.
///
/// Laws that the conformance kit checks: the value is finite for any finite subspaces, also where B
/// is zero; its gradient is that of finite differences; the order of subspaces does not matter.
///
/// A complete regularizer:
///
/// ```swift
/// import PETL
///
/// struct Overlap: RedundancyRegularizer {
///   init(options: NoOptions) {}
///
///   func penalty(on subspaces: Subspaces) -> Tensor {
///     subspaces.centeredCoefficientGram.correlation().offDiagonalMean(exponent: 2)
///   }
/// }
/// ```
public protocol RedundancyRegularizer: Regularizer {
  /// The value for one site, a differentiable scalar of shape [].
  func penalty(on subspaces: Subspaces) -> Tensor

  /// The value for one site in a step of training, for a regularizer that draws something at random.
  ///
  /// - Parameters:
  ///   - subspaces: of the site.
  ///   - stream: of the site and the step, the same in every repetition of a run.
  /// - Returns: a differentiable scalar of shape []; `penalty(on:)` unless the regularizer has its own.
  func penalty(on subspaces: Subspaces, stream: RandomGenerator) -> Tensor

  /// Why it cannot work on an adapter of that kind, a sentence; nil when it can.
  func objection(to traits: SubspaceTraits) -> String?
}

extension RedundancyRegularizer {
  /// The mean over sites.
  public func penalty(in context: RegularizerContext) -> Tensor {
    let stream = context.generator.split("stage", context.moment.stageIndex)
      .split("step", context.moment.step)
    return context.mean(
      of: context.sites.compactMap { site in
        site.record.subspaces.map { subspaces in
          context.within(site) {
            let value = penalty(
              on: subspaces, stream: stream.split(site.record.site.name))
            require(value.count == 1, "A penalty is a scalar, not of shape \(value.shape).")
            return value
          }
        }
      })
  }

  /// The value of the subspaces alone, whatever the stream.
  public func penalty(on subspaces: Subspaces, stream: RandomGenerator) -> Tensor {
    penalty(on: subspaces)
  }

  /// Subspaces, and nothing that costs anything.
  public var needs: RegularizerNeeds { [.subspaces] }

  /// The first objection to a site's subspaces.
  public func objection(to sites: [SiteTraits]) -> String? {
    sites.lazy.compactMap { $0.subspaces.flatMap { self.objection(to: $0) } }.first
  }

  /// Only that there are no pairs of a single subspace: right for whatever compares pairs.
  public func objection(to traits: SubspaceTraits) -> String? {
    traits.count > 1 ? nil : "an adapter of rank 1 has no pairs of subspaces"
  }
}
