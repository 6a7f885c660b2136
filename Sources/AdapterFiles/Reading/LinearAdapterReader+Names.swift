import Backbones
import Checkpoints
import PETL

extension LinearAdapterReader {
  /// What all names begin with that is of a wrapper around the network, such as `_orig_mod.` of a compiled
  /// one; nothing where the names are known as they are.
  func wrapper(of modules: [String], _ tensors: [PEFTAdapterFolder.FullTensor]) -> String {
    guard tower == nil, !Self.isKnown(modules) else { return "" }
    return Wrapper.prefix(of: modules + tensors.map(\.name)) { wrapper in
      Self.isKnown(modules.map { String($0.dropFirst(wrapper.count)) })
    } ?? ""
  }

  private static func isKnown(_ modules: [String]) -> Bool {
    SiteModules.detected(in: modules) != nil || SiteModules.detected(inTextTower: modules) != nil
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
}
