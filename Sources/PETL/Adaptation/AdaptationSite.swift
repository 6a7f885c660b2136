/// A place of the backbone that an adapter attaches to: a linear map or a block of one layer.
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
    /// The whole attention block.
    case attention
    /// The whole MLP block.
    case mlp

    /// Whether the site is a single linear map, so that a linear adapter can be merged into it.
    public var isLinear: Bool { self != .attention && self != .mlp }

    /// The kinds that are a single linear map.
    public static let linear: Set<Kind> = [.query, .key, .value, .output, .fc1, .fc2]
  }

  /// What the site is in its layer.
  public let kind: Kind
  /// The layer, counted from 0.
  public let layer: Int
  /// The length of an input row.
  public let inputWidth: Int
  /// The length of an output row.
  public let outputWidth: Int

  /// Makes a site.
  public init(kind: Kind, layer: Int, inputWidth: Int, outputWidth: Int) {
    self.kind = kind
    self.layer = layer
    self.inputWidth = inputWidth
    self.outputWidth = outputWidth
  }

  /// `blocks.3.query`.
  public var name: String { "blocks.\(layer).\(kind.rawValue)" }
}
