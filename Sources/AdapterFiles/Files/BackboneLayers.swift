import Backbones
import Checkpoints
import PETL

/// The layers of a network as adapter files count them: by stage, and by layer in it.
struct BackboneLayers {
  /// How many layers each stage has; one stage of a network without stages.
  let depths: [Int]
  private let sites: [AdaptationSite.Kind: [Int: AdaptationSite]]

  /// The layers of these sites; a new stage begins where tokens get another width.
  init(_ all: [AdaptationSite]) {
    let maps = all.filter(\.kind.isLinear)
    var sites: [AdaptationSite.Kind: [Int: AdaptationSite]] = [:]
    for site in maps { sites[site.kind, default: [:]][site.layer] = site }
    var depths: [Int] = []
    var width: Int?
    for site in maps where site.kind == .query {
      if site.inputWidth == width { depths[depths.count - 1] += 1 } else { depths.append(1) }
      width = site.inputWidth
    }
    self.depths = depths
    self.sites = sites
  }

  /// The sites that a linear map of a file is: one, or query, key and value; none outside the network.
  func sites(at place: SiteModules.Place, staged: Bool) -> [AdaptationSite] {
    var layer = place.layer
    if staged {
      guard depths.indices.contains(place.stage), place.layer < depths[place.stage] else {
        return []
      }
      layer += depths[..<place.stage].reduce(0, +)
    }
    let kinds: [AdaptationSite.Kind] =
      switch place.map {
      case .site(let kind): [kind]
      case .fused: [.query, .key, .value]
      }
    return kinds.compactMap { sites[$0]?[layer] }
  }

  /// Where a layer is, counted by stage.
  func place(_ map: SiteModules.MapKind, layer: Int, staged: Bool) -> SiteModules.Place {
    var (stage, rest) = (0, layer)
    while staged, stage < depths.count - 1, rest >= depths[stage] {
      rest -= depths[stage]
      stage += 1
    }
    return SiteModules.Place(map: map, stage: stage, layer: rest)
  }
}
