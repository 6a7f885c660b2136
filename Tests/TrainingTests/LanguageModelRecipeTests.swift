import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Training

@Suite("Recipes of language modelling")
struct LanguageModelRecipeTests {
  @Test(
    "What does not go together is refused by name",
    arguments: [
      ("data={type: embedded, name: digits}", "needs texts, not data of type 'embedded'"),
      ("backbone.image_size=32", "'backbone.image_size' is for networks of images"),
      ("backbone.drop_path=0.1", "'backbone.drop_path' is for networks of images"),
      ("backbone.type=vit", "'backbone.type: vit' is a network for images"),
      ("data.normalization=imagenet", "'data.normalization' is of images"),
      ("data.shots=3", "'data.shots' is for examples with classes"),
      ("loss={type: cross-entropy}", "'loss'"),
      ("text.length=1", "text.length"),
      ("text.template=zephyr", "text.template"),
      ("text.lenght=16", "did you mean 'length'"),
      ("adapter=~", "nothing is trained"),
      ("adapter.sites=[tokens]", "tokens"),
      ("data.path=nowhere.jsonl", "nowhere.jsonl"),
      ("data.val_fraction=0.2", "has a split 'val' of its own"),
      ("backbone.weights=embedded:vit-micro", "not the weights of a language model"),
      ("batch_size=64, drop_last=true", "drop_last leaves no batch"),
    ])
  func refused(_ change: String, _ words: String) throws {
    let laboratory = try LanguageLaboratory()
    let changes = change.hasPrefix("batch_size") ? ["batch_size=64", "drop_last=true"] : [change]
    let found = complaint { try Plan(laboratory.recipe("", changes)) }
    #expect(found.contains(words), "\(found)")
  }

  @Test("A text recipe with images, and images with a text section")
  func sections() throws {
    let found = complaint {
      try Recipe(
        text: """
          backbone: {weights: "embedded:vit-micro", precision: as-stored}
          data: {type: embedded, name: digits}
          text: {length: 3}
          """, registry: testPlugins)
    }
    #expect(found.contains("there is a section 'text' in a recipe of images"), "\(found)")
    #expect(found.contains("'backbone.precision: as-stored' is for language models"), "\(found)")
  }

  @Test("An encoder predicts no tokens")
  func encoder() throws {
    let laboratory = try LanguageLaboratory("bert", isEncoder: true)
    let found = complaint { try Plan(laboratory.recipe()) }
    #expect(found.contains("has no head that predicts tokens"), "\(found)")
  }

  @Test("Conversations are in the model's template, or a named one, or an error")
  func conversations() throws {
    let laboratory = try LanguageLaboratory()
    let line =
      #"{"messages": [{"role": "user", "content": "cat"}, {"role": "assistant", "content": "hat"}]}"#
    for name in ["train", "valid", "test"] {
      try laboratory.scratch.write(line + "\n", to: "texts/\(name).jsonl")
    }
    let found = complaint { try Plan(laboratory.recipe()) }
    #expect(found.contains("train.jsonl:1"), "\(found)")
    #expect(found.contains("chat template"), "\(found)")
    let plan = try Plan(laboratory.recipe("", ["text.template=chatml"]))
    #expect(plan.remarks.words.contains { $0.contains("template 'chatml'") })
  }

  @Test("The written recipe is read again, the same")
  func written() throws {
    let laboratory = try LanguageLaboratory()
    let recipe = try laboratory.recipe(
      "", ["text={length: 40, packing: true, learn: all}", "backbone.precision=as-stored"])
    let again = try Recipe(text: yamlText(of: recipe.resolved), registry: testPlugins)
    #expect(yamlText(of: again.resolved) == yamlText(of: recipe.resolved))
    #expect(again.text == recipe.text)
    #expect(again.backbone.precision == .stored)
  }

  @Test("petl init's recipe for texts")
  func starter() throws {
    let laboratory = try LanguageLaboratory()
    try laboratory.scratch.write(LanguageLaboratory.pairs(0..<40), to: "one.jsonl")
    let recipe = try TextStarterRecipe(
      name: "one", weights: laboratory.folder + "/model", data: laboratory.folder + "/one.jsonl",
      registry: .builtIn())
    #expect(recipe.text.contains("task: language-model"))
  }
}
