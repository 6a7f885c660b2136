import Checkpoints
import Foundation
import PETL
import Synchronization

extension ImageFiles {
  /// The bytes of all files together.
  public var bytes: Int { items.reduce(0) { $0 + $1.size } }

  /// The SHA-256 of the bytes of each file, in order, in hexadecimal digits; on all cores.
  ///
  /// - Throws: `DiagnosticError` that names every file that cannot be read.
  public func contentDigests() throws -> [String] {
    let found = Mutex<[Int: Result<String, any Error>]>([:])
    Workers.run(items.count) { index in
      let digest = Result { try SHA256.digest(ofFile: items[index].path) }
      found.withLock { $0[index] = digest }
    }
    let results = found.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
    let problems = results.compactMap { result -> [Diagnostic]? in
      guard case .failure(let error) = result else { return nil }
      return (error as? DiagnosticError)?.diagnostics ?? [Diagnostic(error.localizedDescription)]
    }
    if !problems.isEmpty { throw listed(problems.flatMap { $0 }, "such files of \(origin)") }
    return results.compactMap { try? $0.get() }
  }
}
