import Crypto
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
    let found = Mutex<[Int: Result<String, DiagnosticError>]>([:])
    Workers.run(items.count) { index in
      let digest = Result { () throws(DiagnosticError) in try Self.digest(of: items[index].path) }
      found.withLock { $0[index] = digest }
    }
    let results = found.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
    let problems = results.compactMap { result -> [Diagnostic]? in
      if case .failure(let error) = result { error.diagnostics } else { nil }
    }
    if !problems.isEmpty { throw listed(problems.flatMap { $0 }, "such files of \(origin)") }
    return results.compactMap { try? $0.get() }
  }

  private static func digest(of path: String) throws(DiagnosticError) -> String {
    do {
      // A pipe in the place of a file would never end.
      guard FileFacts(path)?.isRegular == true else { throw CocoaError(.fileReadNoSuchFile) }
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      var hash = SHA256()
      while let part = try file.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
      return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    } catch {
      throw DiagnosticError("\(path): cannot be read: \(error.localizedDescription)")
    }
  }
}
