import TestSupport
import Testing

/// docs/recipe.md is what the program says of itself.
struct RecipeReferenceTests {
  @Test func pageIsUpToDate() throws {
    let outcome = try Bench().petl(["describe", "recipe", "--markdown"])
    #expect(outcome.code == 0)
    let text = try Checkout.text("docs/recipe.md")
    let isSame = outcome.output == text
    #expect(isSame, "run: petl describe recipe --markdown > docs/recipe.md")
  }

  @Test func schemaIsUpToDate() throws {
    let outcome = try Bench().petl(["describe", "recipe", "--schema"])
    #expect(outcome.code == 0)
    let isSame = try outcome.output == Checkout.text("docs/recipe.schema.json")
    #expect(isSame, "run: petl describe recipe --schema > docs/recipe.schema.json")
  }

  @Test func schemaOfWhat() throws {
    let outcome = try Bench().petl(["describe", "lora", "--schema"])
    #expect(outcome.code == 2)
    #expect(outcome.complaints.contains("petl describe recipe --schema"))
  }

  @Test func mistakes() throws {
    let outcome = try Bench().petl(["describe", "lora", "--markdown"])
    #expect(outcome.code == 2)
    #expect(outcome.complaints.contains("petl describe recipe --markdown"))
  }
}
