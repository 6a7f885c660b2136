import Checkpoints
import PETL

/// The classes of labelled texts, in order.
struct TextClasses {
  /// Their names.
  let names: [String]
  private let numbers: [ExactName: Int]

  /// Takes names in their order.
  init(_ names: [String]) {
    self.names = names
    numbers = Dictionary(
      uniqueKeysWithValues: names.enumerated().map { (ExactName($1), $0) })
  }

  /// The number of a class; nil for no class.
  func number(of name: String) -> Int? { numbers[ExactName(name)] }

  /// The classes of some texts: whole numbers in their order, where all are such, else names in the order of their
  /// bytes.
  init(of texts: [SpelledText]) {
    let names = Set(texts.flatMap(\.names).map(ExactName.init)).sorted().map(\.text)
    if names.allSatisfy({ Int($0).map(String.init) == $0 }) {
      self.init(names.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) })
    } else {
      self.init(names)
    }
  }

  /// The texts with the numbers of their classes.
  ///
  /// - Parameters:
  ///   - texts: of a split.
  ///   - owner: where the classes are from, for messages.
  /// - Returns: as many.
  /// - Throws: `DiagnosticError` with every label that is no class.
  func labelled(_ texts: [SpelledText], classesOf owner: String) throws -> [LabelledText] {
    var mistakes: [Diagnostic] = []
    var found: [LabelledText] = []
    for text in texts {
      switch text.label {
      case .number(let value): found.append(LabelledText(text.record, .number(Float(value))))
      case .name, .names:
        let unknown = text.names.filter { number(of: $0) == nil }
        guard unknown.isEmpty else {
          mistakes += unknown.map { diagnostic($0, text, owner) }
          continue
        }
        let classes = text.names.compactMap(number).sorted()
        if case .name = text.label {
          found.append(LabelledText(text.record, .one(classes[0])))
        } else {
          found.append(LabelledText(text.record, .several(classes)))
        }
      }
    }
    if !mistakes.isEmpty { throw listed(mistakes, "such labels") }
    return found
  }

  private func diagnostic(_ name: String, _ text: SpelledText, _ owner: String) -> Diagnostic {
    let nearest = nearestName(to: name, among: names).map { ["did you mean '\($0)'?"] } ?? []
    return Diagnostic(
      "the class '\(name)' is none of \(owner)", at: text.place,
      hints: nearest + [
        "there are \(names.prefix(12).joined(separator: ", "))\(names.count > 12 ? ", …" : "")"
      ])
  }
}
