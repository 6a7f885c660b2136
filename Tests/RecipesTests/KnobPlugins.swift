import PETL

/// An option of every kind that a recipe made in code writes.
struct KnobOptions: PluginOptions {
  enum Mode: String, CaseIterable {
    case slow
    case fast = "very-fast"
  }

  var count: Int
  var scaleFactor: Double
  var limit: Double?
  var mode: Mode
  var title: String
  var isOn: Bool

  init(
    count: Int = 3, scaleFactor: Double = 1, limit: Double? = nil, mode: Mode = .slow,
    title: String = "none given", isOn: Bool = true
  ) {
    self.count = count
    self.scaleFactor = scaleFactor
    self.limit = limit
    self.mode = mode
    self.title = title
    self.isOn = isOn
  }

  init(from reader: OptionReader) {
    count = reader.integer("count", default: 3, in: 1...9, help: "an integer")
    scaleFactor = reader.number("scale_factor", default: 1, help: "a number")
    limit = reader.optionalNumber("limit", help: "a number that may be absent")
    mode = reader.choice("mode", default: .slow, help: "a choice")
    title = reader.string("title", default: "none given", help: "a string")
    isOn = reader.boolean("is_on", default: true, help: "a boolean")
  }
}

final class KnobAdapter: SubspaceDecomposable {
  static let descriptor = PluginDescriptor(name: "knob-adapter", summary: "", source: "")
  static let supportedSites: Set<AdaptationSite.Kind> = [.query, .fc1]
  let parameters: [Parameter] = []

  init(site: AdaptationSite, options: KnobOptions, generator: RandomGenerator) {}

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(coefficients: x, basis: x, images: 1)
  }

  static func defaultSites(with options: KnobOptions) -> [AdaptationSite.Kind] { [.fc1] }
}

struct KnobPenalty: RedundancyRegularizer {
  static let descriptor = PluginDescriptor(name: "knob", summary: "", source: "")
  let options: KnobOptions

  init(options: KnobOptions) { self.options = options }

  func penalty(on subspaces: Subspaces) -> Tensor { Tensor(0) }
}

/// A property that is not called what its option is.
struct RenamedOptions: PluginOptions {
  var power: Double

  init(power: Double = 2) { self.power = power }

  init(from reader: OptionReader) {
    power = reader.number("exponent", default: 2, help: "under another name")
  }
}

struct RenamedPenalty: RedundancyRegularizer {
  static let descriptor = PluginDescriptor(name: "renamed", summary: "", source: "")
  let options: RenamedOptions

  init(options: RenamedOptions) { self.options = options }

  func penalty(on subspaces: Subspaces) -> Tensor { Tensor(0) }
}

/// A function, of which nobody can say whether it is another's.
struct FunctionOptions: PluginOptions {
  var function: @Sendable (Double) -> Double

  init(_ function: @escaping @Sendable (Double) -> Double) { self.function = function }

  init(from reader: OptionReader) { function = { $0 } }
}

struct FunctionPenalty: RedundancyRegularizer {
  static let descriptor = PluginDescriptor(name: "function", summary: "", source: "")

  init(options: FunctionOptions) {}

  func penalty(on subspaces: Subspaces) -> Tensor { Tensor(0) }
}
