import PETL
import Recipes
import Statistics

/// The setting of a method that counts on a data set, of all that were tried: the one with the best mean over seeds on
/// the validation split.
///
/// The test split decides nothing.
public struct SettingChoice: Sendable, Encodable {
  /// The method's label.
  public internal(set) var method: String
  /// The data set.
  public let data: String
  /// What tells the setting from the others that were tried; empty where there was one alone.
  public let setting: String
  /// How many settings it was chosen of.
  public let candidates: Int
  /// The figure on the validation split that decided.
  public let metric: ComparedFigure.Metric
  /// That figure over seeds.
  public let validation: Spread
  /// The folders of its runs, in the order of seeds.
  public let runs: [String]
  /// The stage that the figures are of.
  let stage: StageTitle
  /// What the settings of the method that were tried have in common, by dotted key.
  let common: [String: String]

  private enum CodingKeys: String, CodingKey {
    case method, data, setting, candidates, metric, validation, runs
  }

  /// Whether it is of a method.
  func isOf(_ samples: MethodSamples) -> Bool {
    samples.stage == stage && samples.settings == common
  }

  /// Choices with the labels of their methods, in the order of those.
  static func labelled(
    _ choices: [SettingChoice], _ named: [RunComparison.Named]
  ) -> [SettingChoice] {
    named.flatMap { label, samples in
      choices.filter { $0.isOf(samples) }.map { choice in
        var choice = choice
        choice.method = label
        return choice
      }
    }
  }
}
