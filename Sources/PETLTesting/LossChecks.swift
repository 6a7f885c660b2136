import PETL

/// The checks of one loss, on a few images of a few classes.
struct LossChecks<Plugin: Loss> {
  let options: Plugin.Options
  let seed: UInt64
  var findings: [ConformanceFinding] = []

  private let labels = [2, 0, 3, 3, 1, 0, 4]
  private let classes = 5

  init(options: Plugin.Options, seed: UInt64) { (self.options, self.seed) = (options, seed) }

  mutating func run() {
    if Plugin.descriptor.name.isEmpty { note("descriptor", "the name is empty") }
    do {
      let loss = try Plugin(
        options: options, classes: ClassCounts(labels: labels, classes: classes))
      for (name, losses) in [
        ("losses", { loss.losses(of: $0, labels: $1) }),
        ("measuredLosses", { loss.measuredLosses(of: $0, labels: $1) }),
      ] as [(String, (Tensor, [Int]) -> ExampleLosses)] {
        checkParts(name, losses)
        checkExtremes(name, losses)
      }
      checkGradients(loss)
    } catch {
      note("options", "\(error)")
    }
  }

  private mutating func note(_ check: String, _ detail: String) {
    findings.append(ConformanceFinding(check: check, detail: detail))
  }

  private var logits: Tensor {
    var stream = RandomGenerator(seed: seed).split("logits")
    return Tensor(stream.normal(labels.count * classes), shape: [labels.count, classes])
  }

  /// An image's part depends on no other image, so that a batch may be cut and put in another order.
  private mutating func checkParts(
    _ name: String, _ losses: (Tensor, [Int]) -> ExampleLosses
  ) {
    let whole = losses(logits, labels)
    guard whole.weights.count == labels.count else {
      return note(name, "\(labels.count) images have \(whole.weights.count) weights")
    }
    if whole.weights.contains(where: { !($0 >= 0) || !$0.isFinite }) {
      note(name, "the weights \(whole.weights) are not all finite and 0 or more")
    }
    for order in [[6, 5, 4, 3, 2, 1, 0], [1, 3], [4]] {
      let part = losses(logits.gathered(order), order.map { labels[$0] })
      let expected = order.map { whole.values.values[$0] }
      let worst = zip(part.values.values, expected).map { ($0 - $1).magnitude }.max() ?? 0
      if !(worst <= 1e-6) {
        note(name, "the losses of images \(order) differ by \(worst) from those within a batch")
      }
      if part.weights != order.map({ whole.weights[$0] }) {
        note(name, "the weights of images \(order) are not those within a batch")
      }
    }
    let halves = [0..<3, 3..<labels.count].map { range in
      losses(logits.sliced(axis: 0, range), Array(labels[range]))
    }
    let mean =
      halves.reduce(0) { $0 + $1.totalValue } / halves.reduce(0) { $0 + $1.totalWeight }
    let difference = (mean - Double(whole.mean.item)).magnitude
    if !(difference <= 1e-6 * max(1, mean.magnitude)) {
      note(name, "the mean of two parts is \(mean), that of the whole \(whole.mean.item)")
    }
  }

  private mutating func checkExtremes(
    _ name: String, _ losses: (Tensor, [Int]) -> ExampleLosses
  ) {
    for scale: Float in [0, 100, 1e4] {
      let leaf = logits.scaled(by: scale).differentiable()
      let mean = losses(leaf, labels).mean
      if !mean.isFinite { note(name, "logits of about \(scale) give the loss \(mean.item)") }
      if let gradient = mean.backward()[leaf], !gradient.isFinite {
        note(name, "logits of about \(scale) give a gradient that is not finite")
      }
    }
  }

  private mutating func checkGradients(_ loss: Plugin) {
    let check = GradientCheck.run([logits], step: 1e-2, seed: seed) {
      loss.losses(of: $0[0], labels: labels).mean
    }
    if !(check.worst <= 1e-2) { note("gradients", "\(check)") }
  }
}

extension Conformance {
  /// Checks a loss.
  ///
  /// - Parameters:
  ///   - type: the loss.
  ///   - options: with which it is made, for five classes; call once for each variant worth checking.
  ///   - seed: of everything random here.
  /// - Returns: what is wrong.
  public static func check<Plugin: Loss>(
    loss type: Plugin.Type, options: Plugin.Options, seed: UInt64 = 1
  ) -> [ConformanceFinding] {
    var checks = LossChecks<Plugin>(options: options, seed: seed)
    PluginCall.within("loss '\(Plugin.descriptor.name)'") { checks.run() }
    return checks.findings + optionFindings(of: options)
  }
}
