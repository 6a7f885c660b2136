import Checkpoints
import Foundation
import PETL

/// The program that this process runs.
package enum RunningProgram {
  /// The path of its file; nil when the system does not tell.
  package static let path: String? = Bundle.main.executableURL?.resolvingSymlinksInPath().path

  /// SHA-256 of its file, in hexadecimal digits, read once: two programs of one digest compute the same.
  package static var digest: String {
    get throws { try stored.get() }
  }

  private static let stored = Result<String, DiagnosticError> { () throws(DiagnosticError) in
    guard let path else {
      throw DiagnosticError("the path of this program is not known: its code cannot be told apart")
    }
    do {
      // The file that runs, also where another has taken its path since.
      let own = "/proc/self/exe"
      return try SHA256.digest(
        ofFile: FileKind.seen(at: own) == .file ? own : path)
    } catch let error as DiagnosticError {
      throw error
    } catch {
      throw DiagnosticError("\(path): \(systemReason(of: error))")
    }
  }
}
