import PETL

/// Brings adapters into the balanced gauge between steps of training: redundancy goes to zero, the
/// function stays.
///
/// Adam's moments are not gauge-invariant. Gradients change as dA' = T⁻¹ dA and dB' = Tᵀ dB, so first
/// moments are transformed exactly. Second moments, which are squares element by element, cannot be:
/// they are transformed as if the gradients of the r subspaces were uncorrelated, v' = (T⁻¹ ∘ T⁻¹) v and
/// (Tᵀ ∘ Tᵀ) v. Weight decay acts on the new factors from then on. All of it is our choice.
package enum Regauging {
  /// - Parameters:
  ///   - adapters: those with factor parameters are brought into the gauge.
  ///   - subspaces: of the step that was taken, by site.
  ///   - optimizer: has the moments.
  package static func apply(
    _ adapters: AdapterSet, after subspaces: [(site: AdaptationSite, subspaces: Subspaces)],
    _ optimizer: any Optimizer
  ) {
    noGradient {
      for (site, subspaces) in subspaces {
        let adapter = adapters[site]?.adapter as? any SubspaceDecomposable
        guard let (a, b) = adapter?.factorParameters else { continue }
        let basis = DoubleMatrix(b.value)
        let gauge = Gauge(
          coefficientGram: DoubleMatrix(subspaces.centeredCoefficientGram),
          basisGram: basis.times(basis, transposingOther: true))
        a.update(to: gauge.directions(DoubleMatrix(a.value)).tensor)
        b.update(to: gauge.basis(basis).tensor)
        optimizer.transform(a, by: gauge.inverse)
        optimizer.transform(b, by: gauge.transform.transposed)
      }
    }
  }
}
