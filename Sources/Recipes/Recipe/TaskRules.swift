import PETL

/// The demands of a task on the sections of a recipe: all that `Recipes` knows of it.
///
/// What it trains and how it is measured is in a folder of its own in `Training`.
protocol TaskRules {
  /// The value of `task:`.
  static var task: Recipe.Task { get }
  /// Whether the network has a tower for images and one for texts.
  static var hasTowers: Bool { get }
  /// The commands that take a recipe of this task, for the hint of one that does not.
  static var takers: String { get }

  /// Reports what does not go with the task.
  static func check(_ sections: TaskSections)
}

/// The sections of a recipe that tasks have demands on, each with its reader.
struct TaskSections {
  /// The reader of the whole recipe.
  let recipe: OptionReader
  let backbone: (reader: OptionReader, section: BackboneRecipe)
  let data: (reader: OptionReader, section: DataRecipe)
  /// How texts become tokens; nil without such a section.
  let text: (reader: OptionReader, section: TextRecipe)?
}

extension Recipe.Task {
  /// The demands of the task.
  var rules: any TaskRules.Type {
    switch self {
    case .classification: ClassificationRules.self
    case .retrieval: RetrievalRules.self
    case .languageModel: LanguageModelRules.self
    }
  }
}
