import PETL

/// The names of the adapted modules in a configuration: those of `target_modules`, and which of them stand in the
/// keys that name some of the modules.
///
/// PEFT wants each name of such a key among those of `target_modules`, and takes it for every path that ends in
/// it, after a dot or not.
struct PEFTModuleNames {
  /// The names of modules that the same keys name.
  private struct Group {
    let keys: Set<String>
    let names: [String]
  }

  private let groups: [Group]

  /// The names that mean exactly the maps of a folder.
  ///
  /// - Parameters:
  ///   - folder: The contents.
  ///   - all: The path of every module of the backbone; empty where they are not known.
  init(of folder: PEFTFolder, among all: [String]) {
    let keys = folder.form.keys.filter(\.namesModules)
    let byKeys = Dictionary(grouping: folder.maps) { map in
      let settings = folder.settings(of: map)
      return Set(keys.map(\.name).filter { settings[$0] == .flag(true) })
    }
    groups = byKeys.map { keys, maps in
      let modules = maps.map(\.module)
      let names = shortestTargets(for: modules, among: all)
      let others = folder.maps.map(\.module).filter { !modules.contains($0) }
      let isAmbiguous = names.contains { name in others.contains { $0.hasSuffix(name) } }
      return Group(keys: keys, names: isAmbiguous ? modules.sorted() : names)
    }
  }

  /// The names of all modules.
  var all: [String] { groups.flatMap(\.names).sorted() }

  /// The names of the modules that a key names.
  func named(by key: PEFTKey) -> [String] {
    groups.filter { $0.keys.contains(key.name) }.flatMap(\.names).sorted()
  }
}
