/// What an adapter left at its site in a forward pass.
package final class SiteRecord {
  /// The site.
  package let site: AdaptationSite
  /// The adapter that is attached there.
  package let adapter: any Adapter
  /// The subspaces of an adapter that decomposes, where they are recorded.
  package let subspaces: Subspaces?
  /// The adapter's input, [tokens, in], where it is recorded.
  package let input: Tensor?
  /// ΔH, [tokens, out], where it is recorded.
  let delta: Tensor?
  /// ΔW, [out, in], of a linear adapter.
  private(set) lazy var weightChange: Tensor? = adapter.weightChange()

  init(
    _ entry: AdapterSet.Entry, subspaces: Subspaces? = nil, input: Tensor? = nil,
    delta: Tensor? = nil
  ) {
    (site, adapter) = (entry.site, entry.adapter)
    (self.subspaces, self.input, self.delta) = (subspaces, input, delta)
  }
}
