/// The adapters of a network, by site: what a backbone asks during its forward pass.
public final class AdapterSet {
  /// An adapter where it is attached.
  public struct Entry {
    /// The site.
    public let site: AdaptationSite
    /// The adapter that is attached there.
    public let adapter: any Adapter
    /// The place at the site where it takes its input; a norm or an embedding has only an output.
    public var placement: Placement {
      site.kind.isLinear || site.kind.isBlock ? adapter.placement : .sequential
    }

    /// What the adapter's code runs as.
    let call: PluginCall

    /// Attaches an adapter to a site, which the adapter was made for.
    public init(site: AdaptationSite, adapter: any Adapter) {
      let name = type(of: adapter).descriptor.name
      self.init(
        site: site, adapter: adapter, call: PluginCall("adapter '\(name)'", site: site.name))
    }

    private init(site: AdaptationSite, adapter: any Adapter, call: PluginCall) {
      (self.site, self.adapter, self.call) = (site, adapter, call)
    }

    /// The same adapter at the same site of a network that is alone; its code still runs as that of the
    /// tower's site.
    fileprivate var withoutTower: Entry {
      Entry(site: site.placed(in: nil), adapter: adapter, call: call)
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
  package convenience init(
    sites: [AdaptationSite], generator: RandomGenerator,
    make: (AdaptationSite, RandomGenerator) throws -> any Adapter
  ) throws {
    self.init(try sites.map { Entry(site: $0, adapter: try make($0, generator.split($0.name))) })
  }

  /// No adapters.
  public static var none: AdapterSet { AdapterSet([]) }

  /// The adapter at a site.
  package subscript(kind: AdaptationSite.Kind, layer: Int) -> Entry? { bySite[kind]?[layer] }

  /// The adapter at exactly this site, tower and all; nil where there is none.
  public subscript(site: AdaptationSite) -> Entry? { entries.first { $0.site == site } }

  /// The adapters of one tower.
  package func tower(_ tower: Tower) -> AdapterSet {
    AdapterSet(entries.filter { $0.site.tower == tower })
  }

  /// The same adapters at the same sites of a network that is alone: their names are without a tower.
  package var withoutTower: AdapterSet {
    AdapterSet(entries.map(\.withoutTower))
  }

  /// Every trained parameter with its full name, `blocks.0.query.lora_A`, in the order of the network.
  ///
  /// One that several adapters share is there once, as `shared.lorta_A`; in a tower all names begin with
  /// the tower's.
  public var parameters: [(name: String, parameter: Parameter)] {
    all.filter(\.parameter.isTrained)
  }

  /// What belongs to the adapters and is not trained: stored with them, touched by no optimizer.
  package var constants: [(name: String, parameter: Parameter)] {
    all.filter { !$0.parameter.isTrained }
  }

  private var all: [(name: String, parameter: Parameter)] {
    var seen: Set<ObjectIdentifier> = []
    return entries.flatMap { entry in
      entry.adapter.parameters.compactMap { parameter in
        guard seen.insert(ObjectIdentifier(parameter)).inserted else { return nil }
        let shared = entry.site.tower.map { "\($0.rawValue).shared" } ?? "shared"
        let owner = parameter.isShared ? shared : entry.site.name
        return ("\(owner).\(parameter.name)", parameter)
      }
    }
  }
}
