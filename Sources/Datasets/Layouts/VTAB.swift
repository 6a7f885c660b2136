import PETL

/// The 19 tasks of VTAB-1K (Zhai et al., arXiv 1910.04867), as NOAH's `get_vtab1k.py` names their folders.
public enum VTAB {
  /// A group of tasks; papers report the mean of each.
  public enum Group: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
    /// Photographs of everyday things.
    case natural
    /// Pictures of special instruments.
    case specialised
    /// Counting, distance, angle; mostly rendered.
    case structured

    /// The group of a name in either spelling, whatever its case; nil for any other.
    public init?(_ name: String) {
      self.init(rawValue: name.lowercased().replacing("specialized", with: "specialised"))
    }
  }

  /// A task.
  public struct Task: Sendable {
    /// The name of its folder.
    public let name: String
    /// The group that its accuracy counts in.
    public let group: Group
    /// The number of classes.
    public let classes: Int
    /// Other names of it in other loaders.
    public let aliases: [String]
  }

  /// All tasks, in the order in which papers list them.
  public static let tasks: [Task] = [
    Task(name: "cifar", group: .natural, classes: 100, aliases: ["cifar100", "cifar_100"]),
    Task(name: "caltech101", group: .natural, classes: 102, aliases: ["caltech_101"]),
    Task(name: "dtd", group: .natural, classes: 47, aliases: []),
    Task(
      name: "oxford_flowers102", group: .natural, classes: 102,
      aliases: ["flowers102", "oxford_flowers"]),
    Task(
      name: "oxford_iiit_pet", group: .natural, classes: 37, aliases: ["pets", "oxford_pets"]),
    Task(name: "svhn", group: .natural, classes: 10, aliases: []),
    Task(name: "sun397", group: .natural, classes: 397, aliases: []),
    Task(
      name: "patch_camelyon", group: .specialised, classes: 2, aliases: ["camelyon", "pcam"]),
    Task(name: "eurosat", group: .specialised, classes: 10, aliases: []),
    Task(name: "resisc45", group: .specialised, classes: 45, aliases: []),
    Task(
      name: "diabetic_retinopathy", group: .specialised, classes: 5, aliases: ["retinopathy"]),
    Task(name: "clevr_count", group: .structured, classes: 8, aliases: []),
    Task(name: "clevr_dist", group: .structured, classes: 6, aliases: []),
    Task(name: "dmlab", group: .structured, classes: 6, aliases: []),
    Task(name: "kitti", group: .structured, classes: 4, aliases: []),
    Task(name: "dsprites_loc", group: .structured, classes: 16, aliases: []),
    Task(name: "dsprites_ori", group: .structured, classes: 16, aliases: []),
    Task(name: "smallnorb_azi", group: .structured, classes: 18, aliases: []),
    Task(name: "smallnorb_ele", group: .structured, classes: 9, aliases: []),
  ]

  /// The task of a name or an alias, whatever its case; nil for any other.
  public static func task(named name: String) -> Task? {
    let wanted = name.lowercased()
    return tasks.first { $0.name == wanted || $0.aliases.contains(wanted) }
  }

  /// The error of a name that is no task.
  static func unknownTask(_ name: String) -> DiagnosticError {
    let names = tasks.flatMap { [$0.name] + $0.aliases }
    let nearest = nearestName(to: name, among: names).map { ["did you mean '\($0)'?"] } ?? []
    return DiagnosticError(
      "there is no VTAB task '\(name)'",
      hints: nearest + ["known: \(tasks.map(\.name).joined(separator: ", "))"])
  }
}
