import PETL

/// How a library names the linear maps of a network: from a module's path to a site, and back.
///
/// One row a library, in `SiteModules.all`. Adapter files name modules, the networks of this package
/// have sites; everything that reads or writes an adapter goes through this table.
public struct SiteModules: Sendable, Hashable {
  /// The name of the naming, such as `timm` or `hf-vit`.
  public let name: String
  /// What a model with a head puts before every path and the bare network does not, `vit.`; or nothing.
  public let root: String
  /// The root of a model with a head, also where this naming is without.
  let fullRoot: String
  /// Where a block lies below the root, with `{layer}`, and `{stage}` of a network in stages.
  public let block: String
  /// The paths of the linear maps below a block.
  public let maps: [MapKind: String]
  /// The head's path.
  public let head: String
  /// Whether a library's model with a head gives it what ours does: the normalised class token, or a Swin's
  /// mean.
  ///
  /// Hugging Face's CLIP takes the mean of the patches, its DINOv2 class token and mean together.
  public let hasSameHead: Bool
  /// Whether what is written for it is for the bare model when nothing else is asked for.
  public var isUsuallyBare: Bool { fullRoot.hasPrefix("dinov2") }
  /// The other modules with weights in a block.
  let others: [String]
  /// The other modules with weights outside of the blocks.
  let outside: [String]

  /// A linear map of a block.
  public enum MapKind: Sendable, Hashable {
    /// A map that is a site by itself.
    case site(AdaptationSite.Kind)
    /// Query, key and value as the rows of one map.
    case fused
  }

  /// Where a linear map is.
  public struct Place: Sendable, Hashable {
    /// What it is in its block.
    public let map: MapKind
    /// The stage, of a network in stages; 0 of any other.
    public let stage: Int
    /// The block in its stage.
    public let layer: Int

    /// Makes a place.
    public init(map: MapKind, stage: Int = 0, layer: Int) {
      (self.map, self.stage, self.layer) = (map, stage, layer)
    }
  }

  /// Whether query, key and value are one map.
  public var isFused: Bool { maps[.fused] != nil }
  /// Whether the network is a tower of a model, whose other tower may have maps of the same last names.
  public var isTower: Bool { ["vision_model.", "text_model.", "visual."].contains(fullRoot) }
  /// Whether the fused map is a parameter of the attention module itself, PyTorch's `MultiheadAttention`.
  public var adaptsAttentionWhole: Bool { maps[.fused] == "attn" }
  /// Whether the network is a text tower.
  public var isText: Bool { ["text_model.", "text."].contains(fullRoot) }
  /// Whether paths have the root of a model with a head, or there is no such root.
  public var isRooted: Bool { root == fullRoot }
  /// The class of a tower that is a network of its own, whose names do not say which tower it is; nil for any
  /// other.
  public var classOfBareTower: String? {
    guard isTower, !isRooted else { return nil }
    return isText ? "CLIPTextModel" : isFused ? "VisionTransformer" : "CLIPVisionModel"
  }
  /// Whether the network has a head of the same meaning as ours.
  public var holdsHead: Bool { hasSameHead && isRooted }
  /// Whether the network is in stages.
  public var hasStages: Bool { block.contains("{stage}") }
  /// The same names without the root, as the bare network has them.
  public var bare: SiteModules {
    SiteModules(
      name: name, root: "", fullRoot: fullRoot, block: block, maps: maps, head: head,
      hasSameHead: hasSameHead, others: others, outside: outside)
  }

  /// The place that a path names; nil when it names none.
  public func place(of path: String) -> Place? {
    guard path.hasPrefix(root) else { return nil }
    let names = path.dropFirst(root.count).split(separator: ".", omittingEmptySubsequences: false)
    let pattern = block.split(separator: ".")
    guard names.count > pattern.count else { return nil }
    var (stage, layer) = (0, 0)
    for (name, expected) in zip(names, pattern) {
      switch expected {
      case "{stage}", "{layer}":
        guard let number = Int(name), String(number) == name, number >= 0 else { return nil }
        if expected == "{stage}" { stage = number } else { layer = number }
      default:
        guard name == expected else { return nil }
      }
    }
    let tail = names.dropFirst(pattern.count).joined(separator: ".")
    guard let map = maps.first(where: { $0.value == tail })?.key else { return nil }
    return Place(map: map, stage: stage, layer: layer)
  }

  /// The path of a linear map; nil where the naming has no such map.
  public func path(of place: Place) -> String? {
    maps[place.map].map { "\(blockPath(stage: place.stage, layer: place.layer)).\($0)" }
  }

  private func blockPath(stage: Int, layer: Int) -> String {
    root
      + block.split(separator: ".").map { part in
        switch part {
        case "{stage}": "\(stage)"
        case "{layer}": "\(layer)"
        default: String(part)
        }
      }.joined(separator: ".")
  }

  /// The path of every module with a weight, so that `target_modules` can be exact.
  ///
  /// - Parameter depths: how many blocks each stage has; one number of a network without stages.
  /// - Returns: the paths, each once.
  public func modulePaths(depths: [Int]) -> [String] {
    let inBlock = maps.values.sorted() + others
    let blocks = depths.enumerated().flatMap { stage, depth in
      (0..<depth).flatMap { layer in
        inBlock.map { "\(blockPath(stage: stage, layer: layer)).\($0)" }
      }
    }
    return outside.map { root + $0 } + blocks + [head]
  }

  /// The modules that are no maps of blocks and that PEFT can adapt all the same, without the head: the
  /// convolution that embeds patches, and what merges tokens between stages.
  ///
  /// - Parameter stages: How many stages the network has.
  /// - Returns: Their paths.
  public func furtherModules(stages: Int) -> [String] {
    let convolutions = outside.filter { !$0.contains("norm") && !$0.hasPrefix("ln_") }
    guard hasStages, let start = block.split(separator: ".blocks").first else {
      return convolutions.map { root + $0 }
    }
    // timm merges at the start of a stage, transformers at the end.
    let range = isFused ? 1..<max(1, stages) : 0..<max(0, stages - 1)
    return convolutions.map { root + $0 }
      + range.map { root + start.replacing("{stage}", with: "\($0)") + ".downsample.reduction" }
  }

  /// Every naming, with and without its root.
  private static var variants: [SiteModules] {
    all.flatMap { $0.root.isEmpty ? [$0] : [$0, $0.bare] }
  }

  /// The naming in which most of the paths are places, with or without its root; nil when there is none.
  public static func detected(in paths: some Collection<String>) -> SiteModules? {
    detected(in: paths, among: variants)
  }

  /// The naming of an image network in which most of the paths are places; nil when there is none.
  ///
  /// `transformer.resblocks` without `visual.` is the text tower of open_clip's model, and its image tower only
  /// where that was adapted by itself, which only the class of the network tells.
  ///
  /// - Parameters:
  ///   - paths: Paths of modules.
  ///   - baseClass: The class of the network, where it is known.
  /// - Returns: The naming, with or without its root.
  public static func detected(
    inImageNetwork paths: some Collection<String>, baseClass: String?
  ) -> SiteModules? {
    detected(
      in: paths,
      among: variants.filter {
        !$0.isText && ($0.name != "open-clip" || $0.isRooted || baseClass == "VisionTransformer")
      })
  }

  /// The naming of a text tower in which most of the paths are places; nil when there is none.
  public static func detected(inTextTower paths: some Collection<String>) -> SiteModules? {
    detected(in: paths, among: texts)
  }

  private static func detected(
    in paths: some Collection<String>, among namings: [SiteModules]
  ) -> SiteModules? {
    detected(among: namings) { naming in paths.count { naming.place(of: $0) != nil } }
  }

  /// The naming of an image network that counts most; nil when none counts anything.
  package static func detected(counting count: (SiteModules) -> Int) -> SiteModules? {
    detected(among: variants.filter { !$0.isText }, counting: count)
  }

  static func detected(
    among namings: [SiteModules], counting count: (SiteModules) -> Int
  ) -> SiteModules? {
    var best: (naming: SiteModules, count: Int)?
    for naming in namings {
      let count = count(naming)
      if count > best?.count ?? 0 { best = (naming, count) }
    }
    return best?.naming
  }

  /// The naming of that name.
  ///
  /// - Throws: `DiagnosticError` with the known names and the nearest.
  public static func named(_ name: String) throws -> SiteModules {
    if let found = all.first(where: { $0.name == name }) { return found }
    let names = all.map(\.name)
    let nearest = nearestName(to: name, among: names).map { ["did you mean '\($0)'?"] } ?? []
    throw DiagnosticError(
      "there is no naming '\(name)'",
      hints: nearest + ["known: \(names.joined(separator: ", "))"])
  }
}
