import Networks

/// The answers to the test split that a task was given last.
final class LastAnswers {
  /// They are nil before the first, and where an example has not one class.
  var judged: JudgedAnswers?
}
