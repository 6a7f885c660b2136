import Statistics

/// A setting of a method on a data set, with what the validation split says of it.
struct SettingCandidate {
  let method: MethodSamples
  /// The deciding figure of each run that has it, in the order of seeds.
  let values: [Double]
  let judgement: Judges.Judgement

  /// It is nil where there is no validation split.
  init?(_ method: MethodSamples, on data: String, by judges: Judges) {
    let samples = (method.samples[data] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    values = samples.compactMap { judges.figure(judges.metric, of: $0, method.stage) }
    guard !values.isEmpty else { return nil }
    let losses = samples.compactMap { judges.figure(.loss, of: $0, method.stage) }
    self.method = method
    judgement = Judges.Judgement(
      figure: values.reduce(0, +) / Double(values.count), loss: Spread(losses)?.mean ?? .infinity)
  }
}
