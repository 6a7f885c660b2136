/// The values of `type` in a schedule.
enum ScheduleType: String, CaseIterable {
  case constant
  case linear
  case cosine
  case fromEpoch = "from-epoch"
}

extension OptionReader {
  /// Declares a number, or a mapping that says how a number changes during training; see `Schedule`.
  public func schedule(_ key: String, _ value: inout Schedule, help: String) {
    let descriptor = OptionDescriptor(
      name: key, kind: "number or schedule", defaultValue: "\(value)", help: help)
    visit(descriptor, &value, expected: "a number or a schedule", writing: \.written) {
      schedule(from: $0, key)
    }
  }

  private func schedule(from node: ConfigurationNode, _ key: String) -> Schedule? {
    switch node.value {
    case .mapping:
      return schedule(fromMapping: node, key)
    case .sequence:
      reportMismatch(node, path(key), mustBe: "a number or a schedule")
      return nil
    case .scalar:
      return number(from: node, path(key), in: nil).map { .constant($0) }
    }
  }

  private func schedule(fromMapping node: ConfigurationNode, _ key: String) -> Schedule? {
    let reader = OptionReader(node, section: path(key))
    children.append(reader)
    var type = ScheduleType.constant
    reader.requiredChoice("type", &type, help: "How the value changes.")
    guard reader.readKeys.contains("type") else {
      reader.isFinished = true
      return nil
    }
    let schedule = reader.schedule(ofType: type)
    reader.finish()
    return schedule
  }

  private func schedule(ofType type: ScheduleType) -> Schedule? {
    let epochs = 0...Double.greatestFiniteMagnitude
    switch type {
    case .constant:
      return requiredNumber("value", help: "The value.").map { .constant($0) }
    case .fromEpoch:
      let value = requiredNumber("value", help: "The value from the epoch on.")
      let start = requiredNumber("start_epoch", in: epochs, help: "The first epoch with the value.")
      guard let value, let start else { return nil }
      return .fromEpoch(value, epoch: start)
    case .linear, .cosine:
      var (from, start, end): (Double, Double, Double?) = (0, 0, nil)
      number("from", &from, help: "The value before the ramp.")
      let to = requiredNumber("to", help: "The value after the ramp.")
      number("start_epoch", &start, in: epochs, help: "Where the ramp starts.")
      optionalNumber("end_epoch", &end, in: epochs, help: "Where it ends, if before the end.")
      if let end, end <= start {
        report("'\(path("end_epoch"))' must be after 'start_epoch'", at: "end_epoch")
      }
      guard let to else { return nil }
      return type == .linear
        ? .linear(from: from, to: to, startEpoch: start, endEpoch: end)
        : .cosine(from: from, to: to, startEpoch: start, endEpoch: end)
    }
  }

  /// A number whose absence is a mistake; nil then.
  private func requiredNumber(
    _ key: String, in range: ClosedRange<Double>? = nil, help: String
  ) -> Double? {
    var number = 0.0
    requiredNumber(key, &number, in: range, help: help)
    return readKeys.contains(key) ? number : nil
  }
}
