/// Work that failed though its input was right.
struct RunFailure: Error {
  let cause: any Error

  /// Runs `body` and marks what it throws as a failure of the work.
  static func marking<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw RunFailure(cause: error) }
  }
}
