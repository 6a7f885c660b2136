/// The adapters of a network, by site: what a backbone asks during its forward pass.
public final class AdapterSet {
  /// An adapter where it is attached.
  public struct Entry {
    /// Where.
    public let site: AdaptationSite
    /// What.
    public let adapter: any Adapter
    /// How, when the site is a block.
    public let placement: BlockPlacement

    /// Attaches an adapter to a site.
    public init(
      site: AdaptationSite, adapter: any Adapter, placement: BlockPlacement = .parallel
    ) {
      self.site = site
      self.adapter = adapter
      self.placement = placement
    }
  }

  /// The adapters in the order of the network.
  public let entries: [Entry]
  private let bySite: [AdaptationSite.Kind: [Int: Entry]]

  /// Makes a set; at most one adapter for each site.
  public init(_ entries: [Entry]) {
    self.entries = entries
    var bySite: [AdaptationSite.Kind: [Int: Entry]] = [:]
    for entry in entries { bySite[entry.site.kind, default: [:]][entry.site.layer] = entry }
    self.bySite = bySite
  }

  /// Makes the adapters of several sites, each with a stream of its own.
  ///
  /// - Throws: whatever an adapter's initialiser throws.
  public convenience init(
    sites: [AdaptationSite], placement: BlockPlacement = .parallel, generator: RandomGenerator,
    make: (AdaptationSite, RandomGenerator) throws -> any Adapter
  ) throws {
    self.init(
      try sites.map {
        Entry(
          site: $0, adapter: try make($0, generator.split($0.name)), placement: placement)
      })
  }

  /// No adapters.
  public static var none: AdapterSet { AdapterSet([]) }

  /// The adapter at a site.
  public subscript(kind: AdaptationSite.Kind, layer: Int) -> Entry? { bySite[kind]?[layer] }

  /// Every parameter with its full name, `blocks.0.query.lora_A`, in the order of the network.
  public var parameters: [(name: String, parameter: Parameter)] {
    entries.flatMap { entry in
      entry.adapter.parameters.map { ("\(entry.site.name).\($0.name)", $0) }
    }
  }

  /// What the adapter at a linear map adds to its output.
  ///
  /// - Parameters:
  ///   - kind: the map.
  ///   - layer: its layer, counted from 0.
  ///   - x: the map's input, [tokens, in].
  ///   - column: where the site's columns start in the output.
  ///   - pass: where subspaces are left.
  /// - Returns: nil where there is no adapter.
  public func update(
    _ kind: AdaptationSite.Kind, _ layer: Int, x: Tensor, column: Int = 0, in pass: ForwardPass
  ) -> ColumnUpdate? {
    guard let entry = self[kind, layer] else { return nil }
    if let decomposable = entry.adapter as? any SubspaceDecomposable {
      let subspaces = decomposable.subspaces(of: x, in: pass)
      pass.record(subspaces, at: entry.site)
      return ColumnUpdate(lowRank: subspaces.coefficients, subspaces.basis, column: column)
    }
    return ColumnUpdate(full: entry.adapter.delta(of: x, in: pass), column: column)
  }

  /// The output of a block, [tokens, width] or [images, tokens, width], with what its adapter adds.
  ///
  /// - Parameters:
  ///   - kind: the block.
  ///   - layer: its layer, counted from 0.
  ///   - stream: the residual stream before the block's norm; of the same elements.
  ///   - output: what the block gives.
  ///   - pass: where subspaces are left.
  /// - Returns: of the output's shape.
  public func adapted(
    _ kind: AdaptationSite.Kind, _ layer: Int, stream: Tensor, output: consuming Tensor,
    in pass: ForwardPass
  ) -> Tensor {
    guard let entry = self[kind, layer] else { return output }
    let input = (entry.placement == .parallel ? stream : output).asRows
    return output.adding([update(kind, layer, x: input, in: pass)].compactMap { $0 })
  }
}

extension Tensor {
  /// All but the last axis as one, as adapters take their inputs.
  fileprivate var asRows: Tensor { rank == 2 ? self : reshaped([-1, shape[rank - 1]]) }
}
