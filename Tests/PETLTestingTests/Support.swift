import PETLTesting

extension [ConformanceFinding] {
  /// What was checked, each once.
  var checks: Set<String> { Set(map(\.check)) }
}
