import PETL
import Synchronization

/// How a test's adapter breaks the laws.
enum Fault: String, CaseIterable {
  case none
  case wrongGradient
  case noGradient
  case random
  case remembersInput
  case dropoutAlways
  case startsFromTheClock
  case ignoresTheSeed
  case sameNames
  case unusedParameter
  case wrongShape
  case notFinite
  case otherDecomposition
  case wrongMerge
  case hiddenState
  case otherDirections
  case ownDropout
  case looksAtOthers
}

/// What makes initial values differ although the seed is the same.
private let clock = Atomic<Int>(0)

/// ΔH = x A B with a fault.
final class Faulty: SubspaceDecomposable {
  struct Options: PluginOptions {
    var fault = Fault.none
    init() {}
    init(_ fault: Fault) { self.fault = fault }
    mutating func visit(_ options: OptionReader) { options.choice("fault", &fault, help: "which") }
  }

  let parameters: [Parameter]
  private let fault: Fault
  private let hidden: Float
  private var calls: Float = 0
  private var last: Tensor?

  init(site: AdaptationSite, options: Options, generator: RandomGenerator) {
    fault = options.fault
    var generator = fault == .ignoresTheSeed ? RandomGenerator(seed: 0) : generator
    hidden = generator.uniform(1)[0]
    var a = generator.normal(3 * site.inputWidth)
    if fault == .startsFromTheClock {
      a[0] = Float(clock.add(1, ordering: .relaxed).newValue)
    }
    let names = fault == .sameNames ? ["a", "a"] : ["a", "b"]
    var parameters = [
      Parameter(names[0], Tensor(a, shape: [3, site.inputWidth])),
      Parameter(names[1], .zeros([3, site.outputWidth])),
    ]
    if fault == .unusedParameter { parameters.append(Parameter("c", .zeros([2]))) }
    self.parameters = parameters
  }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    var s = x.projected(onto: parameters[0].value)
    calls += 1
    switch fault {
    case .wrongGradient:
      s = .custom(from: [s], result: s) { [$0 * 1.1] }
    case .noGradient: s = s.detached()
    case .random: s = s * (1 + calls * 1e-3)
    case .remembersInput:
      let factor = last.map { $0.values[0] } ?? 1
      last = x
      s = s * factor
    case .dropoutAlways:
      var generator = pass.generator
      s = s.dropout(0.5, using: &generator)
    case .ownDropout where pass.isTraining:
      var generator = pass.generator.split("own")
      s = s.dropout(0.5, using: &generator)
    case .looksAtOthers: s = s - s.mean(over: [0], keepingAxes: true)
    case .notFinite: s = s / Tensor(0)
    case .hiddenState: s = s * (1 + hidden)
    default: break
    }
    let directions = parameters[0].value
    return Subspaces(
      coefficients: s, basis: parameters[1].value, directions: directions, images: pass.images)
  }

  func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    let delta = subspaces(of: x, in: pass).delta
    if fault == .wrongShape { return delta.transposed() }
    return fault == .otherDecomposition ? delta * 1.01 : delta
  }

  func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    let directions = parameters[0].value
    return (fault == .otherDirections ? directions * 1.01 : directions, parameters[1].value)
  }

  func mergedDelta() -> Tensor? {
    let merged = noGradient {
      parameters[1].value.matmul(parameters[0].value, transposingSelf: true)
    }
    return fault == .wrongMerge ? merged.scaled(by: -1) : merged
  }
}
