import PETL
import Ranks

/// The exchange of a batch whose parts are with several ranks.
final class RankExchange: PartExchange {
  private struct Counts: Codable { let counts: [Int] }

  private let ranks: any Ranks

  init(_ ranks: any Ranks) { self.ranks = ranks }

  /// Gathers; where ranks lost each other the job ends, for regularizers that ask in the middle of their work cannot be
  /// told.
  func gathered(_ own: [[Float]]) -> [[Float]] {
    if ranks.isAlone { return own }
    do {
      let message = PackedMessage(Counts(counts: own.map(\.count)), own.flatMap { $0 })
      return try ranks.gathered(message.bytes).flatMap { bytes in
        let message = try PackedMessage<Counts>(bytes)
        var rest = message.numbers[...]
        return message.head.counts.map { count in
          defer { rest = rest.dropFirst(count) }
          return Array(rest.prefix(count))
        }
      }
    } catch let error as DiagnosticError {
      ranks.abandon(error)
    } catch {
      ranks.abandon(DiagnosticError("\(error)"))
    }
  }
}
