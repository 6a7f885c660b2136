import PETL
import PETLTesting
import Recipes
import Testing

/// What is written is read again as it was, for every option of every section with other values than the
/// defaults.
@Suite("Sections of a recipe, written and read again") struct RoundTripTests {
  @Test func backbone() {
    let made = BackboneRecipe(weights: "1e3") {
      ($0.heads, $0.tokenizer, $0.positionResampling) = (3, "null", .transformers)
    }
    #expect(Conformance.roundTripFindings(of: made) == [])
  }

  @Test(arguments: DataRecipe.Preset.allCases)
  func data(_ preset: DataRecipe.Preset) {
    let made = DataRecipe.folder("no", preset: preset, train: .trainAndVal)
    #expect(Conformance.roundTripFindings(of: made) == [])
    let own = DataRecipe.embedded(
      "digits", normalization: .custom(mean: [1 / 3, -1, 0], std: [1, 1e-9, 3]))
    #expect(Conformance.roundTripFindings(of: own) == [])
  }

  @Test func schedule() {
    #expect(Conformance.roundTripFindings(of: RateSchedule()) == [])
  }

  @Test func retrieval() {
    #expect(Conformance.roundTripFindings(of: RetrievalRecipe()) == [])
  }

  @Test func stage() {
    let made = StageRecipe { ($0.name, $0.learningRate) = ("base", 1 / 3) }
    #expect(Conformance.roundTripFindings(of: made) == [])
  }
}
