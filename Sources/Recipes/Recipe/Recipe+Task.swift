import PETL

extension Recipe {
  /// Refuses a recipe of another task, and of texts where the task is one of images.
  ///
  /// - Parameters:
  ///   - task: what is wanted.
  ///   - name: of the file or folder, for the message.
  /// - Throws: `DiagnosticError` that says which commands take it.
  package func require(_ task: Task, of name: String? = nil) throws {
    if self.task == task, task == .classification, data.source == .text {
      throw DiagnosticError(
        "\(name.map { "\($0): " } ?? "")this takes images, and the recipe is of texts",
        hints: ["petl run, validate, sweep and evaluate take recipes of texts"])
    }
    guard self.task != task else { return }
    throw DiagnosticError(
      "\(name.map { "\($0): " } ?? "")this takes task: \(task.rawValue), the recipe's is "
        + "\(self.task.rawValue)",
      hints: [self.task.rules.takers])
  }
}
