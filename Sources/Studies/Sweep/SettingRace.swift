import PETL
import Recipes

/// Successive halving (Jamieson and Talwalkar, arXiv 1502.07943): all settings are trained for a short time, the better
/// part of them for longer, and so on; the last ones for the whole.
///
/// Which are better the validation split says, on average over seeds. Our choice: each method on each data set has a race
/// of its own, and a shorter training has a whole schedule of its own and is not gone on with.
public struct SettingRace: Sendable {
  /// The number of settings of which one goes on.
  public let part: Int
  /// Which settings are one method.
  public let rule: SettingRule

  /// A race.
  ///
  /// - Parameters:
  ///   - part: of so many settings one goes on, at least 2; each round is as many times as long as the one before.
  ///   - rule: which settings are one method.
  public init(part: Int, by rule: SettingRule) { (self.part, self.rule) = (part, rule) }

  /// How many short rounds there are before the last one.
  ///
  /// - Parameter sweep: what is swept.
  /// - Returns: as many as it takes until fewer settings than `part` are left of the method with most.
  public func rounds(of sweep: SweepRecipe) -> Int {
    var settings: [String: Set<String>] = [:]
    for point in sweep.points {
      let own = point.changes.filter { $0.key != "seed" && !$0.key.hasPrefix("data") }
      func text(_ isSeparate: Bool) -> String {
        own.filter { rule.separates($0.key) == isSeparate }.map { "\($0.key)=\($0.text)" }
          .joined(separator: "\n")
      }
      settings[text(true), default: []].insert(text(false))
    }
    var (count, rounds) = (settings.values.map(\.count).max() ?? 0, 0)
    while count >= part {
      count = (count + part - 1) / part
      rounds += 1
    }
    return rounds
  }

  /// The part of a recipe's epochs that a round has.
  ///
  /// - Parameters:
  ///   - round: counted from 0.
  ///   - rounds: how many short ones there are.
  /// - Returns: 1 of the round after them.
  public func share(ofRound round: Int, of rounds: Int) -> Double {
    (round..<rounds).reduce(1) { share, _ in share / Double(part) }
  }

  /// The runs whose settings go on.
  ///
  /// - Parameter paths: the folders of a round's runs.
  /// - Returns: the folders of those, of every seed.
  /// - Throws: `DiagnosticError` when a run cannot be read, or none has figures of a validation split.
  public func survivors(_ paths: [String]) throws -> Set<String> {
    let runs = try FinishedRuns(paths)
    let judges = try Judges(runs)
    let collected = CollectedRuns(runs, figure: ComparedFigure(judges.metric, of: .val))
    var kept: Set<String> = []
    for group in rule.groups(collected.methods.filter { !$0.isControl }) {
      for data in collected.dataSets {
        let whole = SettingCandidate.whole(group, on: data, by: judges)
        let ranked = whole.enumerated().sorted { one, other in
          // Of equals the first.
          judges.prefers(one.element.judgement, to: other.element.judgement)
            || (!judges.prefers(other.element.judgement, to: one.element.judgement)
              && one.offset < other.offset)
        }
        for (_, candidate) in ranked.prefix((ranked.count + part - 1) / part) {
          kept.formUnion((candidate.method.samples[data] ?? [:]).values.map(\.path))
        }
      }
    }
    return kept
  }
}
