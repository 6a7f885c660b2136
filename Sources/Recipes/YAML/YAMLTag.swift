/// The tags of YAML's core, the only ones that a recipe may use.
enum YAMLTag {
  case string
  case plain
  case sequence
  case mapping

  /// The tag that libyaml reports; nil when it is not a core one.
  init?(_ name: String) {
    switch name {
    case "!", "tag:yaml.org,2002:str": self = .string
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool",
      "tag:yaml.org,2002:null":
      self = .plain
    case "tag:yaml.org,2002:seq": self = .sequence
    case "tag:yaml.org,2002:map": self = .mapping
    default: return nil
    }
  }

  /// The tag as it is written: `!!str` for `tag:yaml.org,2002:str`.
  static func written(_ name: String) -> String {
    let core = "tag:yaml.org,2002:"
    return name.hasPrefix(core) ? "!!\(name.dropFirst(core.count))" : name
  }
}
