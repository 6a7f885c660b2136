import CKernels

/// Ends the program with a sentence unless a condition holds: for what only a mistake in a program can
/// bring about, such as shapes that do not fit.
///
/// The sentence is the same in every build, debug and release. It goes to standard error, with the plugin
/// and the site in whose call it happened where there is one (`PluginCall`):
///
/// ```
/// error: Shapes [4, 5] and [4, 4] do not broadcast.
///   in regularizer 'crowding' at site 'blocks.3.query'
/// ```
///
/// The exit code is 70. Nothing else is written: what was stored before stays as it is. What a user can
/// bring about is a `DiagnosticError` instead.
///
/// - Parameters:
///   - condition: what must hold.
///   - sentence: what is wrong where it does not, with the shapes or numbers; only made then.
@inlinable @inline(__always)
public func require(_ condition: @autoclosure () -> Bool, _ sentence: @autoclosure () -> String) {
  if _fastPath(condition()) { return }
  stopProgram(saying: sentence)
}

/// Ends the program with a sentence, as `require(_:_:)` does where its condition fails.
///
/// - Parameter sentence: what is wrong.
public func stopProgram(_ sentence: String) -> Never {
  stopProgram(saying: { sentence })
}

/// Out of the way of what goes well.
@inline(never) @usableFromInline
func stopProgram(saying sentence: () -> String) -> Never {
  let call = PluginCall.current.map { "\n  in \($0.words)" } ?? ""
  unsafe petl_stop("error: \(sentence())\(call)\n")
}
