import PETL

/// Labels that are all numbers, though each is to be a class.
struct LabelNumbers {
  /// How many labels there are.
  let count: Int
  /// How many different numbers.
  let distinct: Int
  /// One that is no whole number; nil where all are.
  let fraction: String?

  /// Looks at labels; nil where one is no number.
  init?(_ labels: [String]) {
    let numbers = labels.compactMap(Double.init)
    guard !labels.isEmpty, numbers.count == labels.count, numbers.allSatisfy(\.isFinite) else {
      return nil
    }
    count = labels.count
    distinct = Set(numbers).count
    fraction = zip(labels, numbers).first { $0.1 != $0.1.rounded() }?.0
  }

  /// Whether most of the classes would have one text, of which nothing can be learned.
  var areTooManyClasses: Bool { distinct > max(10, count / 2) }

  /// Whether they look like numbers that are measured, and not like classes.
  var areMeasured: Bool { areTooManyClasses || fraction != nil && distinct > 10 }

  /// That each would be a class.
  var refusal: DiagnosticError {
    DiagnosticError(
      "the labels are numbers, \(distinct) different ones of \(count) texts, and each would be a class",
      hints: ["to learn numbers write text: {labels: number}"])
  }

  /// What the user should know where each is a class.
  var note: Note {
    .guess(
      "the labels are numbers such as \(fraction ?? ""), and each of the \(distinct) is taken for a class: "
        + "text.labels: number learns numbers")
  }
}
