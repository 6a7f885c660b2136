import Statistics

/// A setting of a method on a data set, with what the validation split says of it.
struct SettingCandidate {
  let method: MethodSamples
  /// The seeds of the runs that have the deciding figure.
  let seeds: Set<Int>
  /// That figure of each of them, in the order of seeds.
  let values: [Double]
  let judgement: Judges.Judgement

  /// It is nil where there is no validation split.
  init?(_ method: MethodSamples, on data: String, by judges: Judges) {
    let samples = (method.samples[data] ?? [:]).sorted { $0.key < $1.key }
    let found = samples.compactMap { seed, sample in
      judges.figure(judges.metric, of: sample, method.stage).map { (seed, $0) }
    }
    guard !found.isEmpty else { return nil }
    (seeds, values) = (Set(found.map(\.0)), found.map(\.1))
    let losses = samples.compactMap { judges.figure(.loss, of: $0.value, method.stage) }
    self.method = method
    judgement = Judges.Judgement(
      figure: values.reduce(0, +) / Double(values.count), loss: Spread(losses)?.mean ?? .infinity)
  }

  /// The settings that can be chosen: those that have every seed that any of them has.
  static func whole(
    _ group: [MethodSamples], on data: String, by judges: Judges
  ) -> [SettingCandidate] {
    let all = group.compactMap { SettingCandidate($0, on: data, by: judges) }
    let seeds = all.reduce(into: Set<Int>()) { $0.formUnion($1.seeds) }
    return all.filter { $0.seeds == seeds }
  }
}
