import PETL
import PETLTesting
import Testing

/// The kit finds forms that do not fit their adapters.
struct PEFTFormTests {
  /// LoRA, with a form that can be wrong in several ways.
  class Low: SubspaceDecomposable {
    struct Options: PluginOptions {
      var rank = 3

      mutating func visit(_ options: OptionReader) {
        options.integer("rank", &rank, in: 1...9, help: "the rank")
      }
    }

    let parameters: [Parameter]
    let rank: Int

    required init(site: AdaptationSite, options: Options, generator: RandomGenerator) {
      var generator = generator
      rank = options.rank
      parameters = [
        Parameter("a", .kaimingUniform([rank, site.inputWidth], using: &generator)),
        Parameter("b", .zeros([rank, site.outputWidth])),
      ]
    }

    func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
      Subspaces(
        coefficients: x.projected(onto: parameters[0].value), basis: parameters[1].value,
        directions: parameters[0].value, images: pass.images)
    }

    func linearFactors() -> (directions: Tensor, basis: Tensor)? {
      (parameters[0].value, parameters[1].value)
    }
  }

  /// A form of `Low`.
  static func form(
    option: String = "rank", isTransposed: Bool = true, hasB: Bool = true
  ) -> PEFTForm {
    let b = PEFTTensor(
      "b", [.outputs, .key("r")], parameter: "b", isTransposed: isTransposed)
    return PEFTForm(
      "LOW", keys: [PEFTKey("r", default: 8, option: option)],
      tensors: [PEFTTensor("a", [.key("r"), .inputs], parameter: "a")] + (hasB ? [b] : []))
  }

  final class Right: Low, PEFTConvertible {
    static let peftForm = form()
    var peftSettings: [String: PEFTValue] { ["r": .whole(rank)] }
  }

  final class Turned: Low, PEFTConvertible {
    static let peftForm = form(isTransposed: false)
    var peftSettings: [String: PEFTValue] { ["r": .whole(rank)] }
  }

  final class Partial: Low, PEFTConvertible {
    static let peftForm = form(option: "width", hasB: false)
    var peftSettings: [String: PEFTValue] { ["r": .whole(rank), "s": 1] }
  }

  private func details<Plugin: Adapter>(_ type: Plugin.Type, _ options: Plugin.Options) -> [String]
  {
    Conformance.check(adapter: type, options: options).filter { $0.check == "PEFT form" }
      .map(\.detail)
  }

  @Test func acceptsOneThatFits() { #expect(details(Right.self, .init()) == []) }

  @Test func findsMatricesThatAreNotTransposed() {
    #expect(
      details(Turned.self, .init()) == ["tensor 'b' is [3, 10], the form says [10, 3]"])
  }

  @Test func findsWhatIsMissing() {
    #expect(
      details(Partial.self, .init()) == [
        "the setting 's' is no key of the form",
        "parameter 'b' does not come back from the form's tensors",
        "a key is for the option 'width', which there is not",
      ])
  }
}
