/// A place of the backbone that an adapter attaches to: a linear map, a block or a norm of one layer,
/// the patch embedding, or the sequence of tokens that enters a layer.
///
/// Two sites are the same when all but the grid is: a network at another size of images has the same.
public struct AdaptationSite: Sendable, Hashable {
  /// What a site is in its layer.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The map to queries; also where query, key and value are one fused map.
    case query
    /// The map to keys.
    case key
    /// The map to values.
    case value
    /// The map after attention.
    case output
    /// The first map of the MLP.
    case fc1
    /// The second map of the MLP.
    case fc2
    /// The map beside the first of a gated MLP, whose function that is multiplied by; networks of text alone
    /// have it.
    case gate
    /// The whole attention block.
    case attention
    /// The whole MLP block.
    case mlp
    /// The norm before attention.
    case norm1
    /// The norm before the MLP.
    case norm2
    /// The norm after the last layer; counted to that layer.
    case norm
    /// The patch embedding, before class token and positions; counted to the first layer.
    case embedding
    /// The sequence of tokens that enters a layer: where prompts are put.
    case tokens

    /// Whether the site is a single linear map, so that a linear adapter can be merged into it.
    public var isLinear: Bool { Kind.linear.contains(self) }

    /// Whether the site is a block of several maps.
    public var isBlock: Bool { self == .attention || self == .mlp }

    /// Whether a network has the site once, not once in each layer.
    package var isOfNetwork: Bool { self == .norm || self == .embedding }

    /// The kinds that are a single linear map.
    public static let linear: Set<Kind> = [.query, .key, .value, .output, .fc1, .fc2, .gate]

    /// All kinds but the gate, which few networks have: what an adapter is attached to where nobody chooses.
    public static let usual: [Kind] = allCases.filter { $0 != .gate }
  }

  /// What the site is in its layer.
  public let kind: Kind
  /// The layer, counted from 0.
  public let layer: Int
  /// The length of an input row.
  public let inputWidth: Int
  /// The length of an output row.
  public let outputWidth: Int
  /// How many heads share the layer's attention.
  public let heads: Int
  /// The tower of a retrieval network that it is in; nil for a network that is alone.
  public package(set) var tower: Tower?
  /// How its rows lie on an image; nil for texts, and where rows are not in the order of the image.
  public let grid: TokenGrid?

  /// Makes a site of a network that is alone.
  ///
  /// - Parameters:
  ///   - kind: what it is in its layer.
  ///   - layer: counted from 0.
  ///   - inputWidth: the length of an input row.
  ///   - outputWidth: the length of an output row.
  ///   - heads: how many heads share the layer's attention.
  ///   - grid: how its rows lie on an image.
  public init(
    kind: Kind, layer: Int, inputWidth: Int, outputWidth: Int, heads: Int = 1,
    grid: TokenGrid? = nil
  ) {
    self.kind = kind
    self.layer = layer
    self.inputWidth = inputWidth
    self.outputWidth = outputWidth
    self.heads = heads
    self.grid = grid
  }

  /// Whether all but the grid is the same.
  public static func == (a: AdaptationSite, b: AdaptationSite) -> Bool {
    a.kind == b.kind && a.layer == b.layer && a.tower == b.tower && a.heads == b.heads
      && a.inputWidth == b.inputWidth && a.outputWidth == b.outputWidth
  }

  /// Hashes what tells sites of a network apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(layer)
    hasher.combine(tower)
  }

  /// Refuses a rank that is larger than the site.
  ///
  /// - Parameter rank: of a low-rank adapter.
  /// - Throws: `DiagnosticError` with the rank and both widths when it is larger than either of them.
  public func check(rank: Int) throws {
    let limit = min(inputWidth, outputWidth)
    guard rank <= limit else {
      throw DiagnosticError(
        "rank \(rank) is larger than site '\(name)' (\(inputWidth) → \(outputWidth))",
        hints: ["expected a rank of at most \(limit)"])
    }
  }

  /// `blocks.3.query`; `norm` or `embedding` of the whole network; `text.blocks.3.query` in a tower.
  public var name: String {
    let own = kind.isOfNetwork ? kind.rawValue : "blocks.\(layer).\(kind.rawValue)"
    return tower.map { "\($0.rawValue).\(own)" } ?? own
  }

  /// The same site in a tower, or of a network that is alone.
  package func placed(in tower: Tower?) -> AdaptationSite {
    var site = self
    site.tower = tower
    return site
  }
}
