import Networks
import Optimization
import PETL
import Recipes

extension ResumePoint.State: BoundedFigures {
  var faults: [String] {
    FigureBounds.count("resumptions", resumptions)
      + FigureBounds.count("metricsBytes", metricsBytes)
      + counts.sorted { $0.key < $1.key }.flatMap {
        FigureBounds.count("counts.\($0.key)", $0.value)
      }
      + results.flatMap(\.faults) + progress.faults
  }

  /// A sentence for everything that does not fit the legs of a run.
  func faults(legs: [Leg]) -> [String] {
    let done = results.map(\.title)
    let order = legs.map(\.title)
    guard done.count < order.count, done == Array(order.prefix(done.count)),
      title == order[done.count]
    else {
      return [
        "it stands in stage '\(title)' after \(done.count) others, the run has "
          + order.map(\.description).joined(separator: ", ")
      ]
    }
    return []
  }
}

extension StageProgress: BoundedFigures {
  var faults: [String] {
    FigureBounds.count("epoch", epoch, in: 1...FigureBounds.mostCounted)
      + FigureBounds.count("step", step) + FigureBounds.count("images", totals.images)
      + FigureBounds.seconds("seconds", seconds)
      + FigureBounds.seconds("epochSeconds", epochSeconds) + shares.faults
      + (kept?.faults ?? [])
  }
}

extension StageSnapshot {
  /// A sentence for everything that does not fit the stage that is to go on from it.
  ///
  /// - Parameters:
  ///   - epochs: of the stage.
  ///   - stepsPerEpoch: of the stage.
  ///   - network: whose parameters are kept.
  /// - Returns: none when the stage can go on.
  func faults(epochs: Int, stepsPerEpoch: Int, network: any TrainedNetwork) -> [String] {
    var faults: [String] = []
    if progress.epoch > epochs + 1 {
      faults.append("it stands in epoch \(progress.epoch), the stage has \(epochs)")
    }
    if progress.step > (progress.epoch > epochs ? 0 : stepsPerEpoch) {
      faults.append("it stands after step \(progress.step), an epoch has \(stepsPerEpoch)")
    }
    let last = progress.epoch - 1
    if (progress.kept == nil) != (last == 0) || !(0...last).contains(progress.kept?.epoch ?? 0) {
      faults.append(
        "of \(last) epochs it keeps "
          + (progress.kept.map { "epoch \($0.epoch)" } ?? "none"))
    }
    guard let kept else { return faults }
    let shapes = Dictionary(
      network.parameters.map { ($0.name, $0.parameter.value.shape) },
      uniquingKeysWith: { first, _ in first })
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) where kept[name]?.shape != shape {
      let found = kept[name].map { "has shape \($0.shape)" } ?? "is missing"
      faults.append("tensor 'kept.\(name)' \(found), expected \(shape)")
    }
    faults += kept.keys.filter { shapes[$0] == nil }.sorted().map {
      "tensor 'kept.\($0)' is unexpected"
    }
    return faults
  }
}
