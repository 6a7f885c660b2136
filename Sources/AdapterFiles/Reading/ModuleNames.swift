import Backbones
import Checkpoints
import PETL

/// How the modules and tensors of an adapter are named.
struct ModuleNames {
  /// The adapter.
  let path: String
  /// The names of the one tower to read; nil for all modules.
  var tower: SiteModules?

  /// What all names begin with that is of a wrapper around the network, such as `_orig_mod.` of a compiled
  /// one; nothing where the names are known as they are.
  func wrapper(of modules: [String], _ tensors: [PEFTAdapterFolder.FullTensor]) -> String {
    let known = modules.isEmpty ? tensors.map(\.name) : modules
    guard tower == nil, !Self.isKnown(known) else { return "" }
    return Wrapper.prefix(of: modules + tensors.map(\.name)) { wrapper in
      Self.isKnown(known.map { String($0.dropFirst(wrapper.count)) })
    } ?? ""
  }

  private static func isKnown(_ modules: [String]) -> Bool {
    SiteModules.detected(in: modules) != nil || SiteModules.detected(inTextTower: modules) != nil
      || named(tensors: modules) != nil
  }

  /// What is to be said about the names: a wrapper that is left out, and a guess.
  func remarks(on naming: SiteModules, wrapper: String, _ baseClass: String?) -> [Diagnostic] {
    var remarks: [String] = []
    if !wrapper.isEmpty { remarks.append(Wrapper.note(wrapper, "modules")) }
    if tower == nil, naming.isTower, !naming.isRooted, baseClass == nil {
      remarks.append(
        "the names do not say whether the adapter is of an image or a text tower: an image tower is taken"
      )
    }
    return remarks.map { Diagnostic("\(path): \($0)", severity: .warning) }
  }

  /// How the modules are named.
  ///
  /// - Parameters:
  ///   - modules: The paths of the adapted maps.
  ///   - tensors: The names of whole tensors, which count where no map is adapted.
  ///   - baseClass: The class of the network, where it is known.
  /// - Returns: The naming, with or without its root.
  /// - Throws: `DiagnosticError` when none of them has a name that is known, or they are of the other tower.
  func naming(
    of modules: [String], tensors: [String] = [], _ baseClass: String?
  ) throws -> SiteModules {
    if modules.isEmpty, tower == nil, let found = Self.named(tensors: tensors) { return found }
    let modules = modules.isEmpty ? tensors : modules
    if let tower, !modules.isEmpty { return tower }
    let known = "known namings: \(SiteModules.all.map(\.name).joined(separator: ", "))"
    guard tower == nil else {
      throw DiagnosticError(
        "\(path): no module of it is in the tower '\(tower?.name ?? "")'", hints: [known])
    }
    let text = SiteModules.detected(inTextTower: modules)
    guard let naming = SiteModules.detected(inImageNetwork: modules, baseClass: baseClass) else {
      if let text { throw ofTextTower("its modules, such as `\(modules[0])`,", text.name) }
      throw DiagnosticError(
        "\(path): no module is named as in a network that is known, such as `\(modules.first ?? "")`",
        hints: [known])
    }
    if naming.isTower, !naming.isRooted, let baseClass, baseClass.contains("Text") {
      throw ofTextTower("the network that it was trained on, a \(baseClass),", naming.name)
    }
    return naming
  }

  /// The error that an adapter is of the text tower.
  private func ofTextTower(_ what: String, _ name: String) -> DiagnosticError {
    let isOne = what.hasPrefix("the network")
    return DiagnosticError(
      isOne
        ? "\(path): \(what) is a text tower, and this is the network of an image tower"
        : "\(path): \(what) are of a text tower ('\(name)'), and this is the network of an image tower",
      hints: ["petl evaluate reads both towers of a run of retrieval"])
  }

  /// The naming of an image network in which most of the tensors are weights of ours; nil when there is none.
  private static func named(tensors: [String]) -> SiteModules? {
    SiteModules.detected { modules in
      LibraryTensors(modules).map { library in tensors.count { !library.own($0).isEmpty } } ?? 0
    }
  }
}
