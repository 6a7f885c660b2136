/// What an adapter left at its site in a forward pass.
package final class SiteRecord {
  /// The site.
  package let site: AdaptationSite
  /// The adapter that is attached there.
  package let adapter: any Adapter
  /// The subspaces of an adapter that decomposes, where they are recorded.
  package let subspaces: Subspaces?
  /// The adapter's input, [tokens, in], where it is recorded.
  package private(set) lazy var input: Tensor? = makeInput()
  /// ΔH, [tokens, out], where it is recorded.
  private(set) lazy var delta: Tensor? = makeDelta()
  /// ΔW, [out, in], of a linear adapter.
  private(set) lazy var weightChange: Tensor? = adapter.weightChange()

  private let makeInput: () -> Tensor?
  private let makeDelta: () -> Tensor?

  /// Keeps what was left.
  ///
  /// - Parameters:
  ///   - entry: the adapter and its site.
  ///   - subspaces: of an adapter that decomposes.
  ///   - input: what the adapter was given; asked for at most once.
  ///   - delta: ΔH; asked for at most once.
  init(
    _ entry: AdapterSet.Entry, subspaces: Subspaces? = nil,
    input: @autoclosure @escaping () -> Tensor? = nil,
    delta: @autoclosure @escaping () -> Tensor? = nil
  ) {
    (site, adapter) = (entry.site, entry.adapter)
    (self.subspaces, makeInput, makeDelta) = (subspaces, input, delta)
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
