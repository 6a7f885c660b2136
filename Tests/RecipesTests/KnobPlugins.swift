import PETL

/// An option of every kind that a recipe made in code writes.
struct KnobOptions: PluginOptions {
  enum Mode: String, CaseIterable {
    case slow
    case fast = "very-fast"
  }

  var count = 3
  var scaleFactor = 1.0
  var limit: Double?
  var mode = Mode.slow
  var title = "none given"
  var isOn = true

  mutating func visit(_ options: OptionReader) {
    options.integer("count", &count, in: 1...9, help: "an integer")
    options.number("scale_factor", &scaleFactor, help: "a number")
    options.optionalNumber("limit", &limit, help: "a number that may be absent")
    options.choice("mode", &mode, help: "a choice")
    options.string("title", &title, help: "a string")
    options.boolean("is_on", &isOn, help: "a boolean")
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
  var power = 2.0

  mutating func visit(_ options: OptionReader) {
    options.number("exponent", &power, help: "under another name")
  }
}

struct RenamedPenalty: RedundancyRegularizer {
  static let descriptor = PluginDescriptor(name: "renamed", summary: "", source: "")
  let options: RenamedOptions

  init(options: RenamedOptions) { self.options = options }

  func penalty(on subspaces: Subspaces) -> Tensor { Tensor(0) }
}

/// A property that is not declared.
struct HiddenOptions: PluginOptions {
  var power = 2.0

  mutating func visit(_ options: OptionReader) {}
}

struct HiddenPenalty: RedundancyRegularizer {
  static let descriptor = PluginDescriptor(name: "hidden", summary: "", source: "")

  init(options: HiddenOptions) {}

  func penalty(on subspaces: Subspaces) -> Tensor { Tensor(0) }
}
