import Checkpoints
import Foundation
import PETL
import Ranks
import Synchronization

extension ImageFiles {
  /// The bytes of all files together.
  public var bytes: Int { items.reduce(0) { $0 + $1.size } }

  /// The SHA-256 of the bytes of each file, in order, in hexadecimal digits; on all cores.
  ///
  /// - Parameter ranks: processes that have the same files, each of which reads a part of them.
  /// - Returns: a digest for each file.
  /// - Throws: `DiagnosticError` that names every file that cannot be read.
  public func contentDigests(_ ranks: any Ranks = SingleRank()) throws -> [String] {
    let part = ranks.part(of: items.count)
    let found = Mutex<[Int: Read]>([:])
    Workers.run(part.count) { place in
      let index = part.lowerBound + place
      let read = Read(items[index].path)
      found.withLock { $0[index] = read }
    }
    let own = found.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
    let all = try ranks.gathered(PackedMessage(own, []).bytes)
      .flatMap { try PackedMessage<[Read]>($0).head }
    let mistakes = all.flatMap(\.mistakes)
    if !mistakes.isEmpty {
      throw listed(mistakes.map { Diagnostic($0) }, "such files of \(origin)")
    }
    return all.map(\.digest)
  }

  /// What became of a file.
  private struct Read: Codable {
    var digest = ""
    var mistakes: [String] = []

    init(_ path: String) {
      do {
        digest = try SHA256.digest(ofFile: path)
      } catch {
        mistakes =
          (error as? DiagnosticError)?.diagnostics.map(\.message) ?? [error.localizedDescription]
      }
    }
  }
}
