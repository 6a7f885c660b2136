import PETL
import Recipes

extension BackboneRecipe.PositionResampling {
  /// Reads a word of a command line.
  ///
  /// - Throws: `DiagnosticError` with the words there are.
  init(word: String) throws {
    if let rule = Self(rawValue: word) {
      self = rule
      return
    }
    let words = Self.allCases.map(\.rawValue)
    let nearest = nearestName(to: word, among: words).map { ["did you mean '\($0)'?"] } ?? []
    throw DiagnosticError(
      "--position-resampling is '\(word)'",
      hints: nearest + ["expected \(words.joined(separator: " or "))"])
  }
}
