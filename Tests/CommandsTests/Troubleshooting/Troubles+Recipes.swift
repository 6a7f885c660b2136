import TestSupport

extension Troubles {
  static let ofRecipes: [String: Trouble] = [
    "unknown key '…'": { try $0.validates("ranq=1") },
    "exclude each other": { try $0.validates("stages=[{name: a, epochs: 1}]") },
    "drop_last leaves no batch: there are … training examples": {
      try $0.validates("drop_last=true", "batch_size=100")
    },
    "does not decompose": {
      try $0.validates("adapter={type: ssf}", "regularizers=[{type: resora}]")
    },
    "there is no layer": { try $0.validates("adapter.layers=[7]") },
    "the network has no site '…'": {
      try $0.validates(
        "backbone.weights=\(fixture("namings/swin/model.safetensors"))", "adapter={type: vpt}")
    },
    "is code, which is not compiled and run unasked": {
      try $0.says("touch X.swift; echo 'plugins: [X.swift]' >> r.yaml; petl validate r.yaml")
    },
    "there is no plugin in this file": {
      try $0.says(
        "echo 'import PETL' > X.swift; XDG_CACHE_HOME=$PWD/cache petl list --plugin X.swift")
    },
    "the modules that plugin files are compiled against are not there": {
      try $0.says(
        "touch X.swift; XDG_CACHE_HOME=$PWD/cache PETL_BUILD=$PWD petl list --plugin X.swift")
    },
    "this recipe is a sweep of several runs": {
      try $0.says("petl run r.yaml --set 'sweep={seeds: [0, 1]}'")
    },
  ]
}
