import PETL
import Ranks

/// What the network answers to one batch of a split.
package struct MeasuredBatch {
  /// The numbers of the answers.
  package let answers: [Float]
  /// The mean |ρ| by site.
  package let redundancy: [RedundancyTotals.Site]

  /// Keeps answers and what adapters left.
  ///
  /// - Parameters:
  ///   - answers: the numbers of the answers.
  ///   - pass: over the batch.
  package init(_ answers: [Float], _ pass: ForwardPass) {
    (self.answers, redundancy) = (answers, RedundancyTotals.sites(of: pass))
  }

  fileprivate init(answers: [Float], redundancy: [RedundancyTotals.Site]) {
    (self.answers, self.redundancy) = (answers, redundancy)
  }
}

/// The batches of a split, of which each rank measures some.
package struct SharedBatches {
  /// What a rank tells of the batches that it measured.
  private struct Head: Codable {
    let counts: [Int]
    let redundancy: [[RedundancyTotals.Site]]
  }

  /// Who measures; nil where one process does alone.
  let ranks: (any Ranks)?

  /// Shares batches.
  ///
  /// - Parameter ranks: who measures; nil where one process does alone.
  package init(_ ranks: (any Ranks)? = nil) { self.ranks = ranks }

  /// Measures batches, in their order for whoever adds them up.
  ///
  /// - Parameters:
  ///   - count: how many batches there are.
  ///   - measure: measures one of them.
  ///   - add: is given what was found of each, first to last.
  package func forEach(
    _ count: Int, _ measure: (Int) -> MeasuredBatch, _ add: (Int, MeasuredBatch) -> Void
  ) {
    guard let ranks, !ranks.isAlone else {
      for batch in 0..<count { add(batch, measure(batch)) }
      return
    }
    let own = stride(from: ranks.number, to: count, by: ranks.count).map(measure)
    do {
      let message = PackedMessage(
        Head(counts: own.map(\.answers.count), redundancy: own.map(\.redundancy)),
        own.flatMap(\.answers))
      let found = try ranks.gathered(message.bytes).map(Self.batches)
      for batch in 0..<count {
        let (rank, place) = (batch % ranks.count, batch / ranks.count)
        guard place < found[rank].count else { throw PackedMessage<Head>.torn }
        add(batch, found[rank][place])
      }
    } catch let error as DiagnosticError {
      ranks.abandon(error)
    } catch {
      ranks.abandon(DiagnosticError("\(error)"))
    }
  }

  private static func batches(_ bytes: [UInt8]) throws -> [MeasuredBatch] {
    let message = try PackedMessage<Head>(bytes)
    guard message.head.counts.count == message.head.redundancy.count else {
      throw PackedMessage<Head>.torn
    }
    var rest = message.numbers[...]
    return zip(message.head.counts, message.head.redundancy).map { count, redundancy in
      defer { rest = rest.dropFirst(count) }
      return MeasuredBatch(answers: Array(rest.prefix(count)), redundancy: redundancy)
    }
  }
}
