import PETL

extension Recipe {
  /// Refuses a recipe of another task.
  ///
  /// - Parameters:
  ///   - task: what is wanted.
  ///   - name: of the file or folder, for the message.
  /// - Throws: `DiagnosticError` that says which commands take it.
  package func require(_ task: Task, of name: String? = nil) throws {
    guard self.task != task else { return }
    throw DiagnosticError(
      "\(name.map { "\($0): " } ?? "")this takes task: \(task.rawValue), the recipe's is "
        + "\(self.task.rawValue)",
      hints: [self.task.rules.takers])
  }
}
