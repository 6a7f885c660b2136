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

  /// All that depends on the pass, in a fixed order.
  var tensors: [Tensor] { (subspaces?.tensors ?? []) + [input, delta].compactMap(\.self) }

  /// The same record of the same site with other tensors, as many as `tensors`.
  func replacing(_ tensors: [Tensor]) -> SiteRecord {
    var rest = tensors[...]
    let own = subspaces.map { $0.replacing(&rest) }
    let (input, delta) = (
      input.map { _ in rest.removeFirst() }, delta.map { _ in rest.removeFirst() }
    )
    return SiteRecord(
      .init(site: site, adapter: adapter), subspaces: own, input: input, delta: delta)
  }
}
